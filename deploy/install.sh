#!/bin/sh
# Installs chipbot as a systemd service on Debian 12 and 13, Ubuntu 22.04 and newer, and Raspberry Pi OS, from the
# checkout that this script stands in. Run it as root; it may be run again at any time, and then changes what has changed.
#
#   deploy/install.sh                   install, or bring the installation to this checkout's version
#   deploy/install.sh --upgrade         the same, for what is installed already
#   deploy/install.sh --rollback        back to the version before
#   deploy/install.sh --token           ask for another token
#   deploy/install.sh --token-file FILE take the token from a file instead of asking (-: standard input)
#   deploy/install.sh --no-token        do not ask for a token: install everything, start nothing
#   deploy/install.sh --uninstall       remove the program and the service; documents and settings stay
#   deploy/install.sh --purge           remove settings, token and user, too; documents stay
#   deploy/install.sh --dry-run …       say what would be done, and do nothing
#
#   /opt/chipbot/releases/ID   one virtual environment a version; current and previous lead to two of them
#   /etc/chipbot               chipbot.env (the settings) and token (for root only: systemd hands it to the service)
#   /var/lib/chipbot           seeds/ (the documents) and what the bot makes of them
#
# An upgrade is tried out beside the running version. If the service does not come up with it, the version before is
# put back and started again.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
# shellcheck source=deploy/setup.sh
. "$here/setup.sh"

program=/opt/chipbot
releases=$program/releases
config=/etc/chipbot
env_file=$config/chipbot.env
state=/var/lib/chipbot
units=/etc/systemd/system
command=/usr/local/bin/chipbot
settle=3 # seconds that a new version must stay up to be called up

mode=install
dry=
ask=missing
token_file=
new_token=
scratch=
question='How much money is in the fund?' # about the shipped document

usage() {
    sed -n '5,13s/^#   //p' "$here/install.sh"
}

wrong() { # wrong MESSAGE…: a mistake in the arguments
    say "$*"
    usage >&2
    exit 2
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
        --upgrade | --rollback | --uninstall | --purge)
            [ "$mode" = install ] || wrong "--$mode and $1 exclude each other"
            mode=${1#--}
            ;;
        --token) ask=always ;;
        --no-token) ask=never ;;
        --token-file)
            [ $# -gt 1 ] || wrong "--token-file needs a file"
            shift
            token_file=$1
            ;;
        --token-file=*) token_file=${1#*=} ;;
        --dry-run) dry=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) wrong "unknown argument: $1" ;;
        esac
        shift
    done
    if [ -n "$token_file" ] && [ "$ask" != missing ]; then
        wrong "--token-file goes with neither --token nor --no-token"
    fi
}

step() { # step NAME FUNCTION ARGUMENT…: one of our own functions, which a dry run only names
    if [ -n "$dry" ]; then
        printf 'would: %s\n' "$1"
    else
        shift
        "$@"
    fi
}

check_system() { # ends with a message where this cannot work
    if [ -z "$dry" ] && [ "$(id -u)" -ne 0 ]; then
        fail "this installs for the whole machine and needs root: sudo $here/install.sh"
    fi
    name='this system' family=
    if [ -r /etc/os-release ]; then
        name=$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release | tr -d '"')
        family=" $(sed -n 's/^ID=//p; s/^ID_LIKE=//p' /etc/os-release | tr -d '"' | tr '\n' ' ')"
    fi
    case $family in
    *" debian "* | *" ubuntu "* | *" raspbian "*) ;;
    *) fail "$name is neither Debian nor Ubuntu nor Raspberry Pi OS: use deploy/start or deploy/compose.yaml there" ;;
    esac
    command -v systemctl >/dev/null || [ -d /etc/systemd ] || fail "$name has no systemd: use deploy/start there"
}

running() { # systemd is at work here, rather than merely installed, as in a chroot
    [ -d /run/systemd/system ]
}

missing_packages() { # the Debian packages that have to be installed, on one line
    python_ready=
    for python in ${CHIPBOT_PYTHON:+"$CHIPBOT_PYTHON"} python3.14 python3.13 python3.12 python3.11 python3; do
        if python_is "$python" 'import ensurepip, venv'; then
            python_ready=yes
            break
        fi
    done
    if [ -z "$python_ready" ]; then
        # Ubuntu 22.04's own Python is 3.10; it has 3.11 beside it.
        if grep -q 'VERSION_ID="22\.' /etc/os-release; then
            printf 'python3.11 python3.11-venv '
        else
            printf 'python3 python3-venv '
        fi
    fi
    [ -e /etc/ssl/certs/ca-certificates.crt ] || printf 'ca-certificates '
}

install_packages() { # install_packages PACKAGE…
    say "installing $* with apt"
    DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2 ||
        fail "apt-get update failed: see above. Is there a network connection? Fix that, and run this again"
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@" >/dev/null ||
        fail "apt could not install $*: see above (Ubuntu 22.04 has python3.11 in jammy-updates, universe: both must be on)"
}

add_user() {
    getent group chipbot >/dev/null || groupadd --system chipbot
    getent passwd chipbot >/dev/null ||
        useradd --system --gid chipbot --home-dir "$state" --no-create-home --shell /usr/sbin/nologin chipbot
}

folder() { # folder OWNER:GROUP MODE PATH
    mkdir -p "$3"
    chown "$1" "$3"
    chmod "$2" "$3"
}

add_folders() {
    folder root:root 755 "$program"
    folder root:root 755 "$releases"
    folder root:chipbot 750 "$config"
    folder chipbot:chipbot 750 "$state"
    folder chipbot:chipbot 700 "$state/index"
    if ! [ -e "$state/seeds" ]; then
        folder chipbot:chipbot 755 "$state/seeds"
        cp "$checkout"/seeds/* "$state/seeds/"
        chown -R chipbot:chipbot "$state/seeds"
    fi
    [ -e "$state/seeds/answers" ] || folder chipbot:chipbot 755 "$state/seeds/answers"
    if ! [ -e "$config/chipbot.env" ]; then
        printf '# The settings, one a line, such as CHIPBOT_MIN_CONFIDENCE=0.5; README.md has the table of all.\n' >"$config/chipbot.env"
        chown root:chipbot "$config/chipbot.env"
        chmod 640 "$config/chipbot.env"
    fi
    ln -sfn "$config/chipbot.env" "$state/.env"
}

release_id() { # names what will be installed: the version, and a digest of all that decides what the installation holds
    version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$checkout/src/chipbot/__init__.py")
    digest=$(
        cd -- "$checkout"
        {
            "$python" -I -c 'import sys; print(sys.version, sys.executable)'
            ! wants_postgresql || echo postgresql
            find src pyproject.toml requirements.lock README.md LICENSE deploy/install.sh deploy/setup.sh deploy/bytecode.py \
                deploy/chipbot deploy/chipbot.service deploy/backoff.conf -name __pycache__ -prune -o -type f -print |
                LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum
        } | sha256sum | cut -c 1-10
    )
    printf '%s-%s\n' "$version" "$digest"
}

make_release() { # make_release ID: its virtual environment; the file "complete" in it is written once it is tried out
    release=$releases/$1
    rm -rf "$release"
    trap unmake_release EXIT
    trap 'exit 130' INT TERM HUP
    "$python" -I -m venv "$release" >&2 || fail "'$python -m venv' failed: see above"
    venv=$release
    write_lock run
    say "installing $(grep -c == "$lock") packages into $release (a minute or so)"
    install_locked
    quiet_pip --no-build-isolation --no-index "$checkout" || fail "pip could not install chipbot itself: see above"
    install_encoder
    compile
    remove_tools
    mkdir -p "$release/share/chipbot"
    cp "$checkout/README.md" "$checkout/LICENSE" "$here/chipbot" "$here/chipbot.service" "$here/backoff.conf" \
        "$release/share/chipbot/"
    try_out || fail "the new version does not answer: see above"
    : >"$release/complete"
    trap - EXIT INT TERM HUP
}

unmake_release() { # after a failure: what was installed until now goes away, and nothing else was touched
    rm -rf "$release" "$scratch"
    say "nothing has changed: ${before:-no version} stays in use"
}

try_out() { # the release in the making answers a question about the shipped document, with the operator's settings
    scratch=$(mktemp -d) &&
        mkdir "$scratch/seeds" "$scratch/index" &&
        cp "$checkout"/seeds/* "$scratch/seeds/" &&
        chmod -R u=rwX,go=rX "$scratch" &&
        chown chipbot "$scratch/index" &&
        CHIPBOT_HOME=$state HOME=$state setpriv --reuid=chipbot --regid=chipbot --clear-groups "$release/bin/chipbot" ask \
            --seeds "$scratch/seeds" --index "$scratch/index" "$question" >"$scratch/answer" &&
        [ -s "$scratch/answer" ] &&
        rm -rf "$scratch"
}

name_of() { # name_of LINK: the release that it leads to; empty where there is none
    ! [ -L "$program/$1" ] || basename -- "$(readlink "$program/$1")"
}

link() { # link NAME ID: makes the link in one step
    ln -sfn "releases/$2" "$program/.$1"
    mv -T "$program/.$1" "$program/$1"
}

activate() { # activate ID: the release, its unit and its command become the ones in use
    link current "$1"
    share=$program/current/share/chipbot
    cp "$share/chipbot.service" "$units/chipbot.service"
    mkdir -p "$units/chipbot.service.d"
    if [ "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')" -ge 254 ]; then
        cp "$share/backoff.conf" "$units/chipbot.service.d/backoff.conf"
    fi
    mkdir -p "$(dirname "$command")"
    cp "$share/chipbot" "$command"
    chmod 755 "$command"
    ! running || systemctl daemon-reload
}

comes_up() { # the service starts, and is still the same process a little later
    systemctl restart chipbot || return 1
    sleep "$settle"
    [ "$(systemctl show --property=ActiveState,NRestarts chipbot | sort | tr '\n' ' ')" = 'ActiveState=active NRestarts=0 ' ]
}

why_not() { # why the service did not come up
    if [ "$(systemctl show --value --property=ExecMainStatus chipbot)" = 78 ]; then
        say "Discord does not accept the token. Set another one: $here/install.sh --token"
    fi
    journalctl --unit chipbot --lines 12 --no-pager --output cat >&2 || :
}

replace_token() { # replace_token TOKEN: written for root only, in one step
    case $1 in
    '' | *[!A-Za-z0-9._-]*) fail "that is not a token: it must be one word of letters, digits, dots, - and _" ;;
    *.*.*) ;;
    *) fail "that is not a bot's token, which has two dots in it. Client secrets, public keys and application ids have not" ;;
    esac
    (
        umask 077
        printf '%s\n' "$1" >"$config/.token"
        mv "$config/.token" "$config/token"
    )
    new_token=yes
}

ask_for_token() { # asks on the terminal, without showing what is typed
    say "Paste the bot's token and press Enter (https://discord.com/developers/applications: Bot, Reset Token)."
    say "It is not shown. Without one, just press Enter: everything is installed, but the bot is not started."
    settings=$(stty -g </dev/tty)
    # shellcheck disable=SC2064  # the settings of now
    trap "stty '$settings' </dev/tty" EXIT
    trap 'exit 130' INT TERM HUP
    stty -echo </dev/tty
    printf 'Token: ' >/dev/tty
    IFS= read -r token </dev/tty || token=
    stty "$settings" </dev/tty
    trap - EXIT INT TERM HUP
    printf '\n' >/dev/tty
    token=$(printf %s "$token" | tr -d '[:space:]"')
    [ -z "$token" ] || replace_token "$token"
}

get_token() {
    if [ -n "$token_file" ]; then
        if [ "$token_file" = - ]; then
            replace_token "$(tr -d '[:space:]"')"
        else
            replace_token "$(tr -d '[:space:]"' <"$token_file")"
        fi
    elif [ "$ask" = always ] || { [ "$ask" = missing ] && ! [ -e "$config/token" ]; }; then
        if (: </dev/tty) 2>/dev/null; then
            ask_for_token
        else
            say "no terminal to ask for the token on: give it with --token-file"
        fi
    fi
}

was_up() { # the service ran, or tried to, before this
    running && case $(systemctl show --value --property=ActiveState chipbot) in
    active | activating | reloading) ;;
    *) return 1 ;;
    esac
}

start() { # start ID BEFORE UP CHANGED: the service, as it should be; puts the release BEFORE back where it does not come up
    if ! running; then
        say "systemd does not run here: the service is installed, and starts with the machine once there is a token"
        ! [ -e "$config/token" ] || systemctl enable --quiet chipbot
    elif ! [ -e "$config/token" ]; then
        say "there is no token yet, so the bot is not started: $here/install.sh --token"
    elif [ -z "$3$new_token" ] && systemctl is-enabled --quiet chipbot; then
        say "the service was stopped, and is left so: systemctl start chipbot"
    elif [ -n "$3" ] && [ -z "$4$new_token" ]; then
        say "the service runs, and nothing about it has changed"
    else
        systemctl enable --quiet chipbot
        start_or_roll_back "$1" "$2"
    fi
}

start_or_roll_back() { # start_or_roll_back ID BEFORE
    if comes_up; then
        say "the bot is up: systemctl status chipbot"
        return
    fi
    why_not
    if [ -z "$2" ] || [ "$2" = "$1" ]; then
        fail "the bot did not come up: see above; chipbot doctor may know more"
    fi
    roll_back "$1" "$2"
}

roll_back() { # roll_back FROM TO
    say "version $1 did not come up: going back to $2"
    activate "$2"
    if comes_up; then
        rm -rf "${releases:?}/$1"
        fail "version $2 runs again; the new one was removed"
    fi
    why_not
    fail "version $2 is back, but does not come up either: so the cause is elsewhere; chipbot doctor may know more"
}

prune() { # keeps the release in use and the one before
    current=$(name_of current) previous=$(name_of previous)
    for path in "$releases"/*; do
        case ${path##*/} in
        "$current" | "$previous") ;;
        *) rm -rf "$path" ;;
        esac
    done
}

deploy_release() { # makes, activates and starts this checkout's release
    find_python
    id=$(release_id)
    before=$(name_of current)
    up=
    ! was_up || up=yes
    [ -e "$releases/$id/complete" ] || make_release "$id"
    get_token
    if [ "$id" = "$before" ]; then
        say "version $id is installed already"
    else
        say "switching to version $id${before:+ from $before}"
    fi
    changed=$(cmp "$releases/$id/share/chipbot/chipbot.service" "$units/chipbot.service" 2>&1 || :)
    if [ "$id" != "$before" ]; then
        changed=yes
    fi
    activate "$id"
    start "$id" "$before" "$up" "$changed"
    if [ -n "$before" ] && [ "$id" != "$before" ]; then
        link previous "$before"
    fi
    prune
    [ -n "$before" ] || finish
}

finish() { # what a first installation ends with: an answer, and what to do next
    for document in "$checkout"/seeds/*; do
        if [ -e "$state/seeds/${document##*/}" ]; then # the question is about this one
            printf '\n$ chipbot ask "%s"\n' "$question"
            "$command" ask "$question"
        fi
    done
    cat <<END

Installed. Your documents go into $state/seeds, settings into $config/chipbot.env; after a change:
  systemctl reload chipbot   (or: chipbot index)
Then: chipbot doctor, chipbot ask "…", chipbot backup FILE; journalctl -u chipbot
END
}

switch_back() { # the version before, and from then on the one after is "previous"
    before=$(name_of current) id=$(name_of previous)
    if [ -z "$id" ] || ! [ -e "$releases/$id/complete" ]; then
        fail "there is no version before this one"
    fi
    up=
    ! was_up || up=yes
    say "going back to version $id from $before"
    activate "$id"
    link previous "$before"
    start "$id" "$before" "$up" yes
}

remove() { # the service and the program; documents, settings and token stay
    if running && [ -e "$units/chipbot.service" ]; then
        systemctl disable --quiet --now chipbot || :
    elif [ -e "$units/chipbot.service" ]; then
        systemctl disable --quiet chipbot || :
    fi
    rm -rf "$units/chipbot.service" "$units/chipbot.service.d/backoff.conf" "$program" "$command" "$state/index"
    rmdir "$units/chipbot.service.d" 2>/dev/null || : # what `systemctl edit` wrote there is settings
    rm -f "$state/.env"
    ! running || systemctl daemon-reload
}

purge() { # settings, token and user, too; the documents then belong to root
    remove
    rm -rf "$config" "$units/chipbot.service.d"
    if [ -d "$state" ]; then
        find "$state" -mindepth 1 -maxdepth 1 ! -name seeds -exec rm -rf {} +
        chown -R root:root "$state"
    fi
    ! getent passwd chipbot >/dev/null || userdel chipbot
    ! getent group chipbot >/dev/null || groupdel chipbot
}

install_everything() {
    if [ "$mode" = upgrade ] && [ -z "$dry" ] && ! [ -L "$program/current" ]; then
        fail "chipbot is not installed here: run this without --upgrade"
    fi
    missing=$(missing_packages)
    # shellcheck disable=SC2086  # a list of names
    [ -z "$missing" ] || step "install with apt: $missing" install_packages $missing
    step "add the system user chipbot" add_user
    step "make $config (settings), $state (documents, index), $releases" add_folders
    step "install this checkout with its locked packages into $releases, and let it answer a question; ask for the token if \
there is none; install $units/chipbot.service and $command; start; put the version before back if it does not come up" \
        deploy_release
}

parse "$@"
umask 022
check_system
case $mode in
install | upgrade) install_everything ;;
rollback) step "go back to the version before" switch_back ;;
uninstall)
    step "stop the service; remove it, $program, $command and the index" remove
    say "documents stay in $state/seeds, settings and token in $config"
    ;;
purge)
    step "stop the service; remove it, $program, $command, $config, the index and the user chipbot" purge
    say "documents stay in $state/seeds"
    ;;
esac
