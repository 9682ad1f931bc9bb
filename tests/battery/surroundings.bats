#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Six commands in odd surroundings: umasks, homes, users, clocks, languages, no network. They
# do their work there, or say why not and leave nothing.

bats_require_minimum_version 1.5.0
load ../lib/battery
load ../lib/battery-ground

setup() {
	ground
	keep_ground
	done_count=0
}

# The six; each has to do its work. "$@" goes before each.
six() {
	local -a here=("$@")
	make_place
	try install "${here[@]}" pyvern install -q 9.9.1
	[ -z "$(find "$versions/9.9.1" ! -type l -perm /022 | head -n 3)" ]
	try pin "${here[@]}" pyvern local 9.9.1
	[ "$(cat .python-version)" = 9.9.1 ]
	try rehash "${here[@]}" pyvern rehash
	try shim "${here[@]}" "$PYVERN_ROOT/shims/python" -V
	[[ $output == *"Python 9.9.1"* ]]
	try environment "${here[@]}" pyvern venv --without-pip -p 9.9.1 env
	[ -e env/pyvenv.cfg ]
	[ "$(env/bin/python -V)" = "Python 9.9.1" ]
	run -0 pyvern verify 9.9.1
	try uninstall "${here[@]}" pyvern uninstall --yes --force 9.9.1
	[ ! -e "$versions/9.9.1" ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

try() {
	run "${@:2}"
	echo "$1: status $status, with: ${*:2}"
	echo "$output"
	[ "$status" -eq 0 ]
	done_count=$((done_count + 1))
}

# refused COMMAND...: not done, with a reason and no signal, and nothing has changed.
refused() {
	all_names >"$T/before"
	run "$@"
	echo "$output"
	[ "$status" -ge 1 ]
	[ "$status" -lt 126 ]
	[[ $output == *"pyvern: "* ]]
	all_names >"$T/names"
	diff "$T/before" "$T/names"
	done_count=$((done_count + 1))
}

# its_turn: is it the turn of this one? In a short run some are passed over, never the first.
turn=0
its_turn() {
	turn=$((turn + 1))
	[ $(((turn - 1) * PYVERN_BATTERY / 100)) -ne $((turn * PYVERN_BATTERY / 100)) ] ||
		[ "$PYVERN_BATTERY" -ge 100 ] || [ "$turn" -eq 1 ]
}

@test "umasks" {
	for mask in 022 000 027 077; do
		its_turn || continue
		# shellcheck disable=SC2016 # for that shell
		six sh -c 'umask "$0" && exec "$@"' "$mask"
	done
	points "$done_count" 24 "umasks, with six commands"
}

@test "homes" {
	mkdir "$T/not mine" "$T/a'b\"c \$d" "$T/two
lines" "$T/closed"
	chmod 555 "$T/closed"
	[ "$(id -u)" -ne 0 ] || chown 12345 "$T/not mine"
	for home in "" relative /no/such/home / "$T/not mine" "$T/a'b\"c \$d" "$T/two
lines" "$T/closed" /dev/null; do
		its_turn || continue
		six env -u XDG_CONFIG_HOME -u XDG_STATE_HOME "HOME=$home"
	done
	six env -u XDG_CONFIG_HOME -u XDG_STATE_HOME -u HOME
	six env "XDG_CONFIG_HOME=relative" "XDG_STATE_HOME=/no/such"
	points "$done_count" 66 "homes, with six commands"
}

@test "languages, terminals, folders for temporary files" {
	for setting in LC_ALL=C LC_ALL=C.UTF-8 LC_ALL=tr_TR.UTF-8 LC_ALL=no_SUCH LANG= TERM=dumb \
		TERM= TMPDIR=/no/such "COLUMNS=1" "COLUMNS=999999999999" "TZ=:/etc/passwd"; do
		its_turn || continue
		six env "$setting"
	done
	points "$done_count" 66 "languages and terminals, with six commands"
}

@test "clocks: 1970, 2038, 2100, a day backwards between two commands" {
	command -v faketime >/dev/null || skip "faketime is absent"
	for time in '@1970-01-02 00:00:00' '@2038-01-20 00:00:00' '@2100-01-01 00:00:00' -1d +400d; do
		its_turn || continue
		six faketime -f "$time"
	done
	# One after the other, each a day before the one before it.
	make_place
	pyvern install -q 9.9.1
	faketime -f -1d pyvern local 9.9.1
	faketime -f -2d pyvern rehash
	faketime -f -3d pyvern venv -q --without-pip -p 9.9.1 env
	run -0 faketime -f -4d pyvern verify 9.9.1
	run -0 faketime -f -5d pyvern gc --yes
	[ -x "$versions/9.9.1/bin/python" ]
	points "$done_count" 30 "clocks, with six commands"
}

@test "no network at all" {
	unshare -n true 2>/dev/null || skip "no network namespaces here"
	six unshare -n
	points "$done_count" 6 "commands without a network"
}

@test "as under sudo: a root user with another's home and name" {
	[ "$(id -u)" -eq 0 ] || skip "only root can be another's"
	mkdir -p "$T/theirs/.config"
	chown -R 12345 "$T/theirs"
	find "$T/theirs" -printf '%P %U %m\n' >"$T/theirs-before"
	six env -u XDG_CONFIG_HOME -u XDG_STATE_HOME SUDO_USER=somebody SUDO_UID=12345 SUDO_GID=12345 \
		"HOME=$T/theirs"
	# Nothing of theirs has become root's.
	[ -z "$(find "$T/theirs" -mindepth 1 ! -user 12345 -path '*/.pyenv*' | head -n 1)" ]
	points "$done_count" 6 "commands as under sudo"
}

@test "a root that cannot be written: on a read-only disk, of another user" {
	pyvern install -q 9.9.1
	pyvern global 9.9.1
	if unshare -m true 2>/dev/null; then
		# shellcheck disable=SC2016 # for that shell
		ro=(unshare -m sh -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
			"$PYVERN_ROOT")
		refused "${ro[@]}" pyvern install 9.9.2
		refused "${ro[@]}" pyvern uninstall --yes 9.9.1
		refused "${ro[@]}" pyvern global system
		run -0 "${ro[@]}" "$PYVERN_ROOT/shims/python" -V
		run -0 "${ro[@]}" pyvern versions
		run -0 "${ro[@]}" pyvern local 9.9.1
		done_count=$((done_count + 3))
	fi
	if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
		chmod -R go+rX "$T" "$HOME" && chmod 755 "$BATS_RUN_TMPDIR"
		other=(setpriv --reuid=12345 --regid=12345 --clear-groups env HOME=/no/such)
		refused "${other[@]}" pyvern install 9.9.2
		refused "${other[@]}" pyvern uninstall --yes 9.9.1
		refused "${other[@]}" pyvern global system
		run -0 "${other[@]}" "$PYVERN_ROOT/shims/python" -V
		run -0 "${other[@]}" pyvern versions
		done_count=$((done_count + 2))
	fi
	[ "$done_count" -gt 0 ] || skip "no mount namespaces, and not root"
	points "$done_count" 5 "commands on a root that cannot be written"
}
