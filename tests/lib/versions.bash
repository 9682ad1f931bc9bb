# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2016 # bats sets status, output, stderr; sh -c expands
# A private home, root and installation with made-up versions, for tests of the
# commands that list, remove and rehash. Source it with `load ../lib/versions`.

# An installation of our own, so that a test may exchange the shim program; any
# program serves as one here.
versions_setup() {
	T=$BATS_TEST_TMPDIR
	mkdir "$T/home" "$T/project"
	cp -al "$PYVERN_TEST_STAGE" "$T/prefix" 2>/dev/null || cp -a "$PYVERN_TEST_STAGE" "$T/prefix"
	mkdir -p "$T/prefix/libexec/pyvern"
	shim_program "a shim"
	# What a pyenv that started these tests has set for its own programs, too.
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYENV_HOOK_PATH
	unset _PYENV_INSTALL_PREFIX _PYENV_SHIM_PATH
	export HOME=$T/home XDG_CONFIG_HOME=$T/home/config XDG_STATE_HOME=$T/home/state
	export PYVERN_ROOT=$T/root PATH=$T/prefix/bin:/usr/bin:/bin NO_COLOR=1
	cd "$T/project" || return
}

# Install a shim program that prints TEXT.
shim_program() {
	printf '#!/bin/sh\necho %s\n' "$1" >"$T/shim.new"
	chmod 755 "$T/shim.new"
	mv "$T/shim.new" "$T/prefix/libexec/pyvern/pyvern-shim"
}

# Make the version NAME with the commands given besides python.
fake_version() {
	local name=$1 command
	shift
	mkdir -p "$PYVERN_ROOT/versions/$name/bin"
	for command in python "$@"; do
		printf '#!/bin/sh\necho %s\n' "$name" >"$PYVERN_ROOT/versions/$name/bin/$command"
		chmod 755 "$PYVERN_ROOT/versions/$name/bin/$command"
	done
}

# Make the environment NAME in VERSION, as pyenv-virtualenv does.
fake_env() {
	fake_version "$1/envs/$2" "${@:3}"
	ln -s "$1/envs/$2" "$PYVERN_ROOT/versions/$2"
}

# "${own_mounts[@]}" COMMAND: it may mount what nobody else sees. Ordinary users are
# root in there, where the system lets them.
need_own_mounts() {
	own_mounts=(unshare -m)
	[ "$(id -u)" -eq 0 ] || own_mounts=(unshare -rm)
	"${own_mounts[@]}" true 2>/dev/null || skip "no mount namespaces here"
}

# Run a command on a read-only root; skips the test where that cannot be had.
with_read_only_root() {
	need_own_mounts
	run "${own_mounts[@]}" sh -c '
		mount --bind "$PYVERN_ROOT" "$PYVERN_ROOT" &&
		mount -o remount,ro,bind "$PYVERN_ROOT" || exit 99
		exec "$@"' sh "$@"
	[ "$status" -ne 99 ] || skip "mount is refused here"
}

# Run a command for whom permissions count, also when the tests are root's.
with_plain_rights() {
	if [ "$(id -u)" -eq 0 ]; then
		command -v setpriv >/dev/null || skip "root may do all, and setpriv is absent"
		set -- setpriv --bounding-set=-dac_override,-dac_read_search "$@"
		"${@:1:2}" true || skip "root's rights cannot be taken away here"
	fi
	run --separate-stderr "$@"
}

# Show what a failing check saw.
has_line() {
	local line
	for line in "${lines[@]}"; do
		[ "$line" != "$1" ] || return 0
	done
	printf 'no line "%s" in:\n%s\n' "$1" "$output" >&2
	return 1
}

# refuses STATUS TEXT COMMAND...: the command fails so, says "pyvern: TEXT...", says
# what can be done, and prints no data.
refuses() {
	local expected=$1 text=$2 line
	shift 2
	# shellcheck disable=SC2034 # for the test
	run --separate-stderr "-$expected" "$@"
	printf '%s\n' "$stderr"
	[ -z "$output" ] && [[ $stderr == "pyvern: $text"* ]] || return
	while read -r line; do
		[[ $line != "to fix "* ]] || return 0
	done <<<"$stderr"
	return 1
}

# Standard output is one JSON document with a schema, and EXPRESSION (Python, about
# d) holds of it.
is_json() {
	printf '%s' "$output" | /usr/bin/python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1, d
assert eval(sys.argv[1]), d' "$1"
}
