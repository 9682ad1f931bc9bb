#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# quickstart: its words, and what it asks of a package manager (played by stubs
# that write down how they were called). What it builds is the real tests' matter.
# shellcheck disable=SC2016 # the stubs' own variables

setup() {
	stubs=$BATS_TEST_TMPDIR/stubs
	calls=$BATS_TEST_TMPDIR/calls
	mkdir -p "$stubs" "$BATS_TEST_TMPDIR/home"
	: >"$calls"
	# Only what the script itself needs, so that no real manager is found.
	for tool in sh cat chmod printf dirname mkdir mktemp rm tail head fold sed wc tr cksum cut date \
		grep find env tee getconf; do
		path=$(command -v "$tool") && ln -sf "$path" "$stubs/$tool"
	done
	# Whoever runs the tests, root runs the script, unless a test says otherwise.
	printf '#!/bin/sh\necho 0\n' >"$stubs/id"
	chmod +x "$stubs/id"
	quickstart=$PYVERN_TEST_SOURCE/quickstart
	unset CI PYVERN_ROOT
}

stub() { # NAME TEXT
	printf '#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' "$1" "$calls" "$2" >"$stubs/$1"
	chmod +x "$stubs/$1"
}

# Run it with the stubs alone on PATH; autogen is where it stops, at the latest.
run_quickstart() {
	# Not under `run` itself, which warns of the 127 of a machine without autoconf.
	status=0
	output=$(env -i PATH="$stubs" HOME="$BATS_TEST_TMPDIR/home" TMPDIR="$BATS_TEST_TMPDIR" \
		sh "$quickstart" "$@" </dev/null 2>&1) || status=$?
	echo "$output"
}

# A checkout of nothing but quickstart, in $checkout, and what copies it.
small_checkout() {
	checkout=$BATS_TEST_TMPDIR/checkout
	mkdir -p "$checkout/src"
	cp "$quickstart" "$PYVERN_TEST_SOURCE/autogen.sh" "$checkout/"
	quickstart=$checkout/quickstart
	for tool in cmp cp mv; do ln -sf "$(command -v "$tool")" "$stubs/$tool"; done
}

@test "unknown words are wrong use" {
	run_quickstart --frobnicate
	[ "$status" -eq 2 ]
	[[ $output == *"there is no option or word --frobnicate"* ]]
	run_quickstart --prefix
	[ "$status" -eq 2 ]
	[ ! -s "$calls" ]
}

@test "help is shown and does nothing" {
	run_quickstart --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: ./quickstart"* ]]
	[ ! -s "$calls" ]
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/home")" ]
}

@test "a missing HOME is said" {
	run env -i PATH="$stubs" sh "$quickstart" </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"HOME is not set"* ]]
}

@test "apt: only what is missing is installed, after it was said" {
	stub dpkg-query 'case "$*" in *libssl-dev* | *uuid-dev*) exit 1 ;; *) printf installed ;; esac'
	stub apt-get 'exit 0'
	stub sudo 'exec "$@"'
	run_quickstart --yes
	[[ $output == *"To be installed with apt-get:"*libssl-dev*uuid-dev* ]]
	[[ $output != *libcurl4-openssl-dev* ]]
	grep -q '^apt-get update' "$calls"
	grep -q '^apt-get install .*libssl-dev uuid-dev' "$calls"
}

@test "apt: nothing is asked of it when all is there" {
	stub dpkg-query 'printf installed'
	stub apt-get 'exit 0'
	run_quickstart --yes
	[[ $output == *"all there, with apt-get"* ]]
	[ "$(grep -c '^apt-get' "$calls")" -eq 0 ]
}

@test "check asks for what the tests need, too" {
	stub dpkg-query 'case "$*" in *bats*) exit 1 ;; *) printf installed ;; esac'
	stub apt-get 'exit 0'
	run_quickstart check --yes
	grep -q '^apt-get install .* bats' "$calls"
}

@test "a package manager that fails is shown with its last lines" {
	stub dpkg-query 'exit 1'
	stub apt-get 'case $1 in update) exit 0 ;; esac; echo "E: no such package" >&2; exit 100'
	run_quickstart --yes
	[ "$status" -eq 1 ]
	[[ $output == *"E: no such package"* ]]
	[[ $output == *"apt-get could not install the packages"* ]]
}

@test "sudo is used by ordinary users only" {
	stub dpkg-query 'exit 1'
	stub apt-get 'exit 1'
	stub sudo 'exec "$@"'
	stub id 'echo 1000'
	run_quickstart --yes
	grep -q '^sudo env DEBIAN_FRONTEND=noninteractive apt-get update' "$calls"
	: >"$calls"
	stub id 'echo 0'
	run_quickstart --yes
	[ "$(grep -c '^sudo' "$calls")" -eq 0 ]
}

# The words went to the log of the package manager, and the script just ended.
@test "neither root nor sudo: the command to type is shown" {
	stub dpkg-query 'exit 1'
	stub apt-get 'exit 0'
	stub id 'echo 1000'
	run_quickstart --yes
	[ "$status" -eq 1 ]
	[ "$(grep -c '^apt-get' "$calls")" -eq 0 ]
	[[ $output == *"there is neither root nor sudo"* ]]
	[[ $output == *"as root: apt-get install autoconf automake "* ]]
}

@test "dnf, apk, pacman: written with care, and said to be untested" {
	for manager in dnf apk pacman; do
		rm -f "$stubs"/{dnf,apk,pacman,rpm}
		: >"$calls"
		stub rpm 'exit 1'
		case $manager in
		dnf) stub dnf 'exit 0' ;;
		apk) stub apk 'case $1 in info) exit 1 ;; esac; exit 0' ;;
		pacman) stub pacman 'case $1 in -Qq) exit 1 ;; esac; exit 0' ;;
		esac
		run_quickstart --yes
		[[ $output == *"$manager is supported, but untested"* ]]
		grep -qE "^$manager (install|add|-S) .*(openssl)" "$calls"
	done
}

# Its libraries were looked for only in the run that installed something.
@test "brew: its libraries are found when all is there, too" {
	small_checkout
	stub brew 'case $1 in --prefix) echo "/brew/$2" ;; esac'
	stub autoreconf 'echo "$PKG_CONFIG_PATH" >>"'"$calls"'"; exit 1'
	run_quickstart --yes
	[[ $output == *"all there, with brew"* ]]
	grep -q '^/brew/openssl@3/lib/pkgconfig:/brew/libarchive/' "$calls"
}

# Its objects were copied, and configure refused the copy for ever.
@test "a checkout that was built in place is refused, with what to do" {
	small_checkout
	: >"$checkout/config.status"
	stub apt-get 'exit 0'
	run_quickstart --yes
	[ "$status" -eq 1 ]
	[[ $output == *"this checkout was built in place"*"make distclean"* ]]
	[ ! -s "$calls" ]
}

@test "what is gone from the checkout goes from the copy that is built" {
	small_checkout
	stub autoreconf 'exit 1'
	: >"$checkout/src/old.c"
	run_quickstart --yes
	copy=$(echo "$BATS_TEST_TMPDIR"/home/.cache/pyvern-quickstart/*/source)
	[ -e "$copy/src/old.c" ]
	rm "$checkout/src/old.c"
	: >"$checkout/src/new.c"
	run_quickstart --yes
	[ -e "$copy/src/new.c" ]
	[ ! -e "$copy/src/old.c" ]
}

@test "no package manager: it goes on with what is here" {
	run_quickstart --yes
	[[ $output == *"no package manager that we know"* ]]
}

# What is printed to be added to a start-up file is read by the real shells.
@test "the lines for start-up files mean the same in each shell, whatever the paths" {
	functions=$BATS_TEST_TMPDIR/functions
	{
		# shellcheck disable=SC2028 # the other shell expands it
		echo 'say() { printf "%s\n" "$*"; }'
		sed -n '/^shown()/,/^summary()/p' "$PYVERN_TEST_SOURCE/quickstart" | sed '$d'
	} >"$functions"
	for place in "$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/it's \$(touch HACKED) \`b\` \\ c"; do
		mkdir -p "$place/root/shims" "$place/prefix/bin"
		for shell in bash dash zsh fish tcsh; do
			PATH=/usr/bin:/bin command -v "$shell" >/dev/null || continue
			file=$BATS_TEST_TMPDIR/lines.$shell
			env HOME="$BATS_TEST_TMPDIR" SHELL="/bin/$shell" root="$place/root" \
				prefix="$place/prefix" sh -c '. "$1"; start_up_lines' sh "$functions" |
				sed 1d >"$file"
			echo 'printenv PYVERN_ROOT; printenv PATH' >>"$file"
			run env PATH=/usr/bin:/bin HOME="$BATS_TEST_TMPDIR" "$shell" "$file"
			echo "$shell: $output"
			[[ $output == "$place/root"$'\n'"$place/root/shims:$place/prefix/bin:"* ]]
			[ ! -e HACKED ]
		done
	done
}
