#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern gc: pins that nobody has told us of, and what it says of where it looked.

bats_require_minimum_version 1.5.0

load ../lib/packages

setup_file() {
	packages 'standalone 9.9.1' 'standalone 9.9.2' 'standalone 9.9.3'
}

setup() {
	own_root "$BATS_TEST_TMPDIR/home/.pyenv"
	mkdir code
	cd code || return
	pyvern install -q 9.9.1
	pyvern global 9.9
	pyvern install -q 9.9.2
	pyvern install -q 9.9.3
	find "$versions" "$PYVERN_ROOT/.generations" -exec touch -h -d '100 days ago' {} +
}

# What gc would do, with --keep-days 30.
gc() {
	run -0 --separate-stderr pyvern gc --dry-run "$@"
	echo "$stderr$output"
}

# The file NAME in the project shop asks for 9.9.1, as it says it.
asks() {
	mkdir -p shop
	echo "$2" >"shop/$1"
	gc
	[[ $stderr == *"= 9.9.1    needed by ~/code/shop/$1"$'\n'* ]]
	[[ $stderr == *"- 9.9.2 "* ]]
	rm -r shop
}

@test "a pin that nobody has told us of keeps its version, in each dialect" {
	asks .python-version 9.9.1
	asks .python-versions 9.9.1
	asks .tool-versions 'python 9.9.1'
	asks pyproject.toml $'[project]\nrequires-python = "==9.9.1"'
}

@test "what pyenv's face does not read asks for nothing there" {
	mkdir shop other
	echo 'python 9.9.1' >shop/.tool-versions
	echo 9.9.2 >other/.python-version
	echo pyenv >"$PYVERN_ROOT/face"
	gc
	[[ $stderr == *'- 9.9.1 '*'= 9.9.2    needed by ~/code/other/.python-version'* ]]
}

@test "a pin that something else answers keeps nothing; of several files the one that counts does" {
	mkdir -p shop/below
	echo 9.9 >shop/.python-version
	# An explicit pin goes before it, also one above.
	printf '[project]\nrequires-python = "==9.9.1"\n' >shop/below/pyproject.toml
	echo 'python 9.9.2' >shop/.tool-versions
	gc
	[[ $stderr == *'- 9.9.1 '*'- 9.9.2 '* ]]
	rm shop/.python-version
	gc
	[[ $stderr == *'- 9.9.1 '*'= 9.9.2    needed by ~/code/shop/.tool-versions'* ]]
}

@test "gc keeps what a pin needs; each need is told once" {
	mkdir known found
	(cd known && pyvern local 9.9.1)
	echo 9.9.2 >found/.python-version
	cd known
	gc
	[[ $stderr == *'= 9.9.1    needed by ~/code/known/.python-version'$'\n'* ]]
	[[ $stderr == *'= 9.9.2    needed by ~/code/found/.python-version' ]]
	run -0 pyvern gc --yes
	[ -d "$versions/9.9.1" ]
	[ -d "$versions/9.9.2" ]
	rm ../found/.python-version
	run -0 pyvern gc --yes
	[ -d "$versions/9.9.1" ]
	[ ! -e "$versions/9.9.2" ]
}

@test "--scan: pins elsewhere, beside an environment and above the folder too" {
	mkdir -p "$T/srv/shop/app" "$T/srv/old"
	echo 9.9.1 >"$T/srv/shop/.python-version"
	gc
	[[ $stderr == *'- 9.9.1 '* ]]
	gc --scan "$T/srv"
	[[ $stderr == *"= 9.9.1    needed by $T/srv/shop/.python-version"* ]]
	gc --scan "$T/srv/shop/app"
	[[ $stderr == *"= 9.9.1    needed by $T/srv/shop/.python-version"* ]]
	# A project that is an environment itself.
	pyvern venv -q --without-pip -p 9.9.3 "$T/srv/env"
	echo 9.9.2 >"$T/srv/env/.python-version"
	gc --scan "$T/srv"
	[[ $stderr == *"= 9.9.2    needed by $T/srv/env/.python-version"* ]]
	# Where nobody looks, none is found.
	rm -r "${T:?}/srv/env"
	gc --scan "$T/srv/old"
	[[ $stderr == *'- 9.9.1 '*'- 9.9.2 '* ]]
	run -2 --separate-stderr pyvern gc --dry-run --no-scan --scan "$T/srv"
	[[ $stderr == *'--scan and --no-scan are two things'* ]]
}

@test "what cannot be a pin is none: a large file, a pipe, a link to nowhere, a folder, hostile text" {
	mkdir large pipe link folder hostile
	yes 9.9.1 | head -c 5000 >large/.python-version
	mkfifo pipe/.python-version
	ln -s nowhere link/.python-version
	mkdir folder/.python-version
	printf '../../9.9.1\n\033[31m9.9.1\n' >hostile/.python-version
	gc
	[[ $stderr == *'- 9.9.1 '* ]]
	[[ $stderr != *$'\033'* ]]
}

@test "it says where it looked, and what it found there" {
	mkdir -p shop/src
	echo 9.9 >shop/.python-version
	printf '[project]\nrequires-python = ">=3"\n' >pyproject.toml
	pyvern venv -q --without-pip -p 9.9.3 shop/.venv
	gc --scan shop
	# shop, .venv, src; what is in an environment is not looked at.
	[[ $stderr =~ ^"= looked   in "[0-9]+" folders of ~: 1 environment, 2 pins"$'\n' ]]
	[[ $stderr == *$'\n'"= looked   in 3 folders of ~/code/shop: 1 environment, 1 pin"$'\n'* ]]
	gc --no-scan
	[[ $stderr == '= looked   nowhere (--no-scan): only environments and pins that pyvern knows count'$'\n'* ]]
	run -0 --separate-stderr pyvern gc --json --dry-run --scan shop
	python3 -c '
import json, sys
home, shop = json.load(sys.stdin)["looked"]
assert shop == {"folder": sys.argv[1], "folders": 3, "environments": 1, "pins": 1, "unread": 0, "elsewhere": []}, shop
assert home["pins"] == 2 and home["folders"] > 4, home
' "$PWD/shop" <<<"$output"
}

@test "another file system below is not looked in, and gc says so" {
	mkdir -p disk/shop
	unshare -rm true 2>/dev/null || skip "no mounts for us here"
	run -0 --separate-stderr unshare -rm sh -c '
		mount -t tmpfs none disk && mkdir disk/shop && echo 9.9.1 >disk/shop/.python-version &&
		pyvern gc --dry-run && echo then >&2 && pyvern gc --dry-run --scan disk'
	echo "$stderr"
	first=${stderr%then*}
	second=${stderr#*then}
	[[ $first == *'! looked   not in ~/code/disk: another file system (--scan looks there, too)'* ]]
	[[ $first == *'- 9.9.1 '* ]]
	[[ $second != *'not in'* ]]
	[[ $second == *'= 9.9.1    needed by ~/code/disk/shop/.python-version'* ]]
}
