#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern gc: what nothing needs goes, and nothing else.

bats_require_minimum_version 1.5.0
load ../lib/packages
load ../lib/versions

setup_file() {
	packages 'standalone 9.8.7 noise=2000' 'standalone 9.9.1 noise=2000' \
		'standalone 9.9.2 noise=2000' 'standalone 9.9.3 noise=2000'
}

setup() {
	own_root "$BATS_TEST_TMPDIR/home/.pyenv"
	mkdir code
	cd code || return
	pyvern install -q 9.9.1
	pyvern global 9.9
	pyvern install -q 9.9.2
	pyvern install -q 9.9.3
	long_ago
}

# All that is there was installed, used and replaced 100 days ago.
long_ago() {
	find "$versions" "$PYVERN_ROOT/.generations" -exec touch -h -d '100 days ago' {} +
}

# gc ends with STATUS.
gc() {
	run "-$1" --separate-stderr pyvern gc "${@:2}"
	echo "$stderr$output"
}

# versions/ holds these.
only() {
	[ "$(find "$versions" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | xargs)" = "$*" ]
}

@test "what was replaced and nothing needs goes; the newest stays" {
	gc 0 --dry-run
	[[ $stderr =~ $'\n'"- 9.9.1    "[0-9.]+" MB would be freed"$'\n'"- 9.9.2    "[0-9.]+" MB would be freed"$ ]]
	only 9.9 9.9.1 9.9.2 9.9.3
	gc 0 --yes
	[[ $stderr == *'- 9.9.1    '*' MB freed'*'- 9.9.2    '* ]]
	only 9.9 9.9.3
	gc 0 --yes
	[[ $stderr == '= looked '*$'\n''= gc       nothing to remove' ]]
	[ "$(pyvern version-name)" = 9.9.3 ]
}

@test "asks as uninstall does; without a terminal it needs a yes" {
	gc 2 </dev/null
	[[ $stderr == *'needs a yes, and there is no terminal to ask'*'to fix   --yes'* ]]
	only 9.9 9.9.1 9.9.2 9.9.3
	run -0 --separate-stderr pyvern gc --yes -q
	[ -z "$stderr" ]
	only 9.9 9.9.3
}

@test "what an environment needs stays, also one that nobody has told us of, and one in it" {
	pyvern venv -q --without-pip -p 9.9.1 env
	gc 0 --dry-run
	[[ $stderr == *'= 9.9.1    needed by ~/code/env'*'- 9.9.2 '* ]]
	rm -r "${XDG_STATE_HOME:?}"
	gc 0 --dry-run
	[[ $stderr == *'= 9.9.1    needed by ~/code/env'* ]]
	run -0 --separate-stderr pyvern gc --no-scan --dry-run
	[[ $stderr == *'- 9.9.1 '* ]]
	# Elsewhere, only when it is said.
	mkdir "$T/elsewhere"
	mv env "$T/elsewhere/"
	gc 0 --dry-run
	[[ $stderr == *'- 9.9.1 '* ]]
	run -0 --separate-stderr pyvern gc --dry-run --scan "$T/elsewhere"
	[[ $stderr == *"= 9.9.1    needed by $T/elsewhere/env"* ]]
	run -1 --separate-stderr pyvern gc --scan "$T/nowhere" --yes
	[[ $stderr == *"--scan: cannot open"*"$T/nowhere"* ]]
	only 9.9 9.9.1 9.9.2 9.9.3
	mkdir -p "$versions/9.9.2/envs/mine/bin"
	echo "home = $versions/9.9.2/bin" >"$versions/9.9.2/envs/mine/pyvenv.cfg"
	ln -s "$versions/9.9.2/bin/python9.9" "$versions/9.9.2/envs/mine/bin/python"
	long_ago
	gc 0 --yes
	[[ $stderr == *'= 9.9.2    needed by mine'* ]]
	only 9.9 9.9.2 9.9.3
}

@test "an environment that cannot be read is neither forgotten nor taken for none" {
	pyvern venv -q --without-pip -p 9.9.1 env
	long_ago
	registry=$(echo "$XDG_STATE_HOME"/pyvern/*/venvs)
	chmod 0 env/pyvenv.cfg
	with_plain_rights pyvern gc --dry-run --no-scan
	[[ $stderr == *'= 9.9.1    needed by ~/code/env'* ]]
	[ "$(find "$registry" -type f | wc -l)" -eq 1 ]
	# One that nobody has told us of is told as a folder would be.
	mv "$registry" "$T/known"
	with_plain_rights pyvern gc --dry-run
	[[ $stderr == *'1 folder below ~ may not be read'* ]]
	mv "$T/known" "$registry"
	# Where nobody knows what it needs, it may be any.
	chmod 644 env/pyvenv.cfg
	mkdir -p "$versions/9.9.2/envs"
	cp -a env "$versions/9.9.2/envs/mine"
	ln -s 9.9.2/envs/mine "$versions/mine"
	chmod 0 "$versions/9.9.2/envs/mine/pyvenv.cfg"
	rm -r env "${registry:?}"
	with_plain_rights pyvern gc --dry-run --no-scan
	[[ $stderr == *'= 9.9.1    needed by '* ]]
}

@test "what its aliases have led to cannot be read: nothing goes, and gc says so" {
	chmod 0 "$PYVERN_ROOT/.generations/9.9"
	with_plain_rights pyvern gc --yes
	echo "$stderr"
	[ "$status" -eq 1 ]
	[[ $stderr == *"/.generations/9.9: permission denied"* ]]
	only 9.9 9.9.1 9.9.2 9.9.3
}

@test "pins, the global file, the pin here, a variable, links" {
	mkdir pinned
	(cd pinned && pyvern local 9.9.1)
	echo 9.9.2 >"$PYVERN_ROOT/version"
	gc 0 --dry-run
	[[ $stderr == *'= 9.9.1    needed by ~/code/pinned/.python-version'*'= 9.9.2    needed by global'* ]]
	rm -r pinned
	echo 9.9 >"$PYVERN_ROOT/version"
	# Nobody has told us of this one.
	echo 9.9.1 >.python-version
	PYENV_VERSION='' gc 0 --dry-run
	[[ $stderr == *'= 9.9.1    needed by ~/code/.python-version'* ]]
	rm .python-version
	PYENV_VERSION=9.9.2 gc 0 --dry-run
	[[ $stderr == *'- 9.9.1 '*'= 9.9.2    needed by PYENV_VERSION'* ]]
	ln -s 9.9.1 "$versions/mine"
	gc 0 --dry-run
	[[ $stderr == *'= 9.9.1    needed by the link versions/mine'* ]]
	rm "$versions/mine"
	pyvern install -q --bin-dir "$HOME/bin" 9.9.2
	long_ago
	gc 0 --dry-run
	[[ $stderr == *'= 9.9.2    needed by ~/bin/python9.9'* ]]
}

@test "of two that could answer a range, not both go" {
	mkdir pinned
	(cd pinned && pyvern local --range '>=9.9,<9.9.3')
	gc 0 --yes
	only 9.9 9.9.2 9.9.3
}

@test "what was used, installed or replaced of late stays" {
	touch "$PYVERN_ROOT/.generations/9.9"
	gc 0 --yes
	[[ $stderr == *'= 9.9.1    replaced today (--keep-days 30)'* ]]
	long_ago
	touch "$versions/9.9.1/.pyvern/manifest.mtree"
	gc 0 --dry-run
	[[ $stderr == *'= 9.9.1    installed today'*'- 9.9.2 '* ]]
	run -0 --separate-stderr pyvern gc --keep-days 0 --dry-run
	[[ $stderr == *'- 9.9.1 '* ]]
	run -0 --separate-stderr pyvern gc --keep-days 101 --dry-run
	[[ $stderr != *'- 9.9'* ]]
	for days in x -1 1.5 99999; do run -2 pyvern gc --keep-days="$days"; done
	# A clock that was wrong.
	long_ago
	touch -d '10 days' "$versions/9.9.1/.pyvern/manifest.mtree"
	gc 0 --dry-run
	[[ $stderr == *'= 9.9.1    installed'* ]]
}

@test "what no upgrade has replaced is only looked at with --all; what is not ours never" {
	pyvern install -q 9.8.7
	rm -r "$PYVERN_ROOT/.generations"
	mkdir -p "$versions/theirs/bin" "$T/adopted/bin"
	ln -s "$T/adopted" "$versions/adopted"
	find "$versions" -exec touch -h -d '100 days ago' {} +
	gc 0 --yes
	[[ $stderr == *'= others   2 versions that no upgrade has replaced (--all looks at them, too)'* ]]
	only 9.8 9.8.7 9.9 9.9.1 9.9.2 9.9.3 adopted theirs
	run -0 --separate-stderr pyvern gc --all --yes
	only 9.8 9.8.7 9.9 9.9.3 adopted theirs
}

@test "after a rollback it is the newer one that is left" {
	pyvern rollback -q 9.9
	long_ago
	gc 0 --yes
	only 9.9 9.9.2
}

@test "what killed work has left, old logs, and with --cache old downloads" {
	mkdir -p "$PYVERN_ROOT/.staging/dead/tree" "$PYVERN_ROOT/logs"
	head -c 300000 /dev/zero >"$PYVERN_ROOT/.staging/dead/tree/file"
	echo old >"$PYVERN_ROOT/logs/a.log"
	touch -d '100 days ago' "$PYVERN_ROOT/logs/a.log"
	echo new >"$PYVERN_ROOT/logs/b.log"
	gc 0 --dry-run
	[[ $stderr == *'- unfinished   '*' of work that was cut short would be freed'* ]]
	[[ $stderr == *'- logs     1 old, '*' would be freed'* ]]
	[ -e "$PYVERN_ROOT/logs/a.log" ]
	[ -e "$PYVERN_ROOT/.staging/dead/tree/file" ]
	gc 0 --yes
	[ ! -e "$PYVERN_ROOT/logs/a.log" ]
	[ -e "$PYVERN_ROOT/logs/b.log" ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
	count=$(find "$PYVERN_ROOT/cache" -name '*standalone*' | wc -l)
	find "$PYVERN_ROOT/cache" -type f -exec touch -d '100 days ago' {} +
	run -0 pyvern gc --cache --dry-run
	[ "$(find "$PYVERN_ROOT/cache" -name '*standalone*' | wc -l)" -eq "$count" ]
	run -0 pyvern gc --cache
	[ "$(find "$PYVERN_ROOT/cache" -name '*standalone*' | wc -l)" -eq 0 ]
}

@test "an environment that was killed while it was made needs no version, and goes" {
	pyvern venv -q --without-pip -p 9.9.1 env
	sed -i '/^id = /d' env/pyvenv.cfg
	mv env .pyvern-new-abcdefghijkl
	pyvern venv -q --without-pip -p 9.9.1 gone
	rm -r gone
	long_ago
	# Somebody makes it this moment.
	gc 0 --yes
	[ -e .pyvern-new-abcdefghijkl ]
	only 9.9 9.9.3
	touch -d '2 minutes ago' .pyvern-new-abcdefghijkl
	gc 0 --dry-run
	[[ $stderr == '= looked '*$'\n''- unfinished   '*' would be freed' ]]
	# The same for what is written for the registry.
	registry=$(echo "$XDG_STATE_HOME"/pyvern/*/venvs)
	touch -d '2 minutes ago' "$registry/.tmp-abcdefghijkl" "$PYVERN_ROOT/cache/.tmp-abcdefghijkl" \
		"$PYVERN_ROOT/.generations/.tmp-abcdefghijkl"
	# A download that is gone; one that goes on.
	touch -d '2 minutes ago' "$PYVERN_ROOT/cache/"{aa.part.from,bb.part,bb.part.from}
	touch "$PYVERN_ROOT/cache/cc.part.from"
	gc 0 --yes
	[ ! -e .pyvern-new-abcdefghijkl ]
	[ -z "$(find "$PYVERN_ROOT" -name '.tmp-*')" ]
	[ "$(cd "$PYVERN_ROOT/cache" && echo ??.part*)" = "bb.part bb.part.from cc.part.from" ]
	[ -z "$(ls -A "$registry")" ]
}

@test "a root that is not in one's home" {
	mv "$PYVERN_ROOT" "$T/root"
	export PYVERN_ROOT=$T/root
	gc 6 --yes
	[[ $stderr == *"$T/root is not in your home: what other users need in it is not known"* ]]
	gc 0 --dry-run
	run -0 pyvern gc --force --yes
	[ ! -e "$T/root/versions/9.9.1" ]
}

@test "--json" {
	pyvern venv -q --without-pip -p 9.9.1 env
	run -0 --separate-stderr pyvern gc --json --yes
	python3 -c '
import json, sys
doc = json.load(sys.stdin)
assert doc["schema"] == 1
one, two = doc["versions"]
assert one["name"] == "9.9.1" and one["state"] == "kept" and one["needed_by"] == ["~/code/env"], one
assert two["name"] == "9.9.2" and two["state"] == "removed" and two["bytes"] > 1000000, two
' <<<"$output"
	run -2 pyvern gc --json --cache
	run -2 pyvern gc 9.9.1
}
