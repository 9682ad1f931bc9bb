#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern rehash

bats_require_minimum_version 1.5.0
load ../lib/versions

setup() {
	versions_setup
}

@test "the first rehash makes the folder, the shims and the root's marks" {
	fake_version 3.9.1 pip black
	fake_env 3.9.1 shop flask
	run pyvern rehash
	[ "$status" -eq 0 ]
	[ "$output" = "~ shims    4 made, 0 removed, 0 as they were" ]
	for command in python pip black flask; do
		[ "$PYVERN_ROOT/shims/$command" -ef "$PYVERN_ROOT/shims/.pyvern-shim" ]
	done
	[ "$(cat "$PYVERN_ROOT/face")" = pyvern ]
	[ "$(readlink "$PYVERN_ROOT/.pyvern")" = "$T/prefix/bin/pyvern" ]
	run pyvern rehash
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
}

@test "--quiet says nothing when all is well" {
	fake_version 3.12.1 black
	run pyvern rehash --quiet
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ -e "$PYVERN_ROOT/shims/black" ]
}

@test "what went loses its shim" {
	fake_version 3.9.1 black
	pyvern rehash
	rm "$PYVERN_ROOT/versions/3.9.1/bin/black"
	run pyvern rehash
	[ "$output" = "~ shims    0 made, 1 removed, 1 as they were" ]
	[ ! -e "$PYVERN_ROOT/shims/black" ]
}

@test "a folder that cannot be read costs no shim, and is told" {
	fake_version 3.9.1 black
	fake_version 3.12.1 flask
	pyvern rehash
	rm "$PYVERN_ROOT/versions/3.12.1/bin/flask"
	chmod 0 "$PYVERN_ROOT/versions/3.9.1/bin"
	for _ in once again; do
		with_plain_rights pyvern rehash
		[ "$status" -eq 0 ]
		[[ $stderr$output == *'! shims    '*'3.9.1/bin'*'permission denied; no shim is taken away' ]]
		[ -e "$PYVERN_ROOT/shims/black" ]
		[ -e "$PYVERN_ROOT/shims/flask" ]
	done
	chmod 755 "$PYVERN_ROOT/versions/3.9.1/bin"
	with_plain_rights pyvern rehash
	[ "$stderr$output" = "~ shims    0 made, 1 removed, 2 as they were" ]
	[ -e "$PYVERN_ROOT/shims/black" ]
}

@test "a root without versions gets an empty folder" {
	run pyvern rehash
	[ "$status" -eq 0 ]
	[ "$(ls "$PYVERN_ROOT/shims")" = "" ]
}

@test "a new shim program reaches all shims" {
	fake_version 3.9.1 black
	pyvern rehash
	shim_program "a newer shim"
	pyvern rehash
	[ "$("$PYVERN_ROOT/shims/black")" = "a newer shim" ]
	[ "$PYVERN_ROOT/shims/black" -ef "$PYVERN_ROOT/shims/.pyvern-shim" ]
}

@test "a file of somebody else stays, and is named" {
	fake_version 3.9.1
	mkdir -p "$PYVERN_ROOT/shims"
	echo mine >"$PYVERN_ROOT/shims/python"
	run pyvern rehash
	[ "$status" -eq 0 ]
	[[ $output == *"was not made by pyvern: left as it is"* ]]
	[ "$(cat "$PYVERN_ROOT/shims/python")" = mine ]
}

@test "a missing shim program is named" {
	fake_version 3.9.1
	rm "$T/prefix/libexec/pyvern/pyvern-shim"
	run pyvern rehash
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "pyvern: cannot rehash: the program pyvern-shim is missing in "* ]]
}

@test "on a read-only root it is content when all is well, and says so when not" {
	fake_version 3.9.1
	pyvern rehash
	with_read_only_root pyvern rehash
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	fake_version 3.10.1 black
	with_read_only_root pyvern rehash
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "pyvern: cannot rehash: $PYVERN_ROOT/shims is not writable" ]
}

@test "folders that all may write are refused" {
	fake_version 3.9.1
	mkdir -p "$PYVERN_ROOT/shims"
	chmod 777 "$PYVERN_ROOT/shims"
	run pyvern rehash
	[ "$status" -eq 6 ]
	[[ ${lines[0]} == *"can be written by everybody" ]]
}

@test "twenty at once agree" {
	fake_version 3.9.1 black flask
	for _ in $(seq 20); do
		pyvern rehash 3>&- &
	done
	wait
	run pyvern rehash
	[ "$output" = "" ]
	[ "$(ls "$PYVERN_ROOT/shims")" = "black
flask
python" ]
	[ "$(find "$PYVERN_ROOT/shims" -name '.tmp-*')" = "" ]
}

# Anybody could have put another program where shims hand over to.
@test "a root that all may write is refused" {
	fake_version 3.12.1
	chmod 777 "$PYVERN_ROOT"
	run pyvern rehash
	[ "$status" -eq 6 ]
	has_line "pyvern: cannot rehash: $PYVERN_ROOT can be written by everybody"
	[ ! -e "$PYVERN_ROOT/.pyvern" ]
	chmod 1777 "$PYVERN_ROOT"
	pyvern rehash
}

@test "with a umask of 0, our folders are still not for all to write" {
	fake_version 3.12.1
	(umask 0 && pyvern rehash)
	[ -z "$(find "$PYVERN_ROOT" -type d -perm -0002)" ]
	pyvern rehash
}

# Make FILE a program, whose name it is.
script() { # FILE
	printf '#!/bin/sh\n' >"$1"
	chmod 755 "$1"
}

# Roots whose last rehash left a note of what it saw: nothing in them may have
# changed within the last two seconds.
settled_roots() { # NAME...
	for root in "$@"; do
		export PYVERN_ROOT=$T/$root
		mkdir -p "$T/$root.elsewhere/bin"
		script "$T/$root.elsewhere/bin/outside"
		fake_version 3.9.1 black flask
		echo >"$PYVERN_ROOT/versions/3.9.1/bin/activate"
		ln -s "$T/$root.elsewhere/later" "$PYVERN_ROOT/versions/3.9.1/bin/later"
		fake_env 3.9.1 shop django
		ln -s "$T/$root.elsewhere/env" "$PYVERN_ROOT/versions/3.9.1/envs/moved"
		ln -s "$T/$root.elsewhere" "$PYVERN_ROOT/versions/outside"
		ln -s "$T/$root.elsewhere/gone" "$PYVERN_ROOT/versions/gone"
		pyvern rehash >/dev/null
	done
	sleep 2.1
	for root in "$@"; do
		PYVERN_ROOT=$T/$root pyvern rehash >/dev/null
		grep -q '^end$' "$T/$root/.rehashed"
	done
}

# Rehash in $T/$1 says what is expected, has done it, and then has nothing to do.
rehash_says() { # ROOT MADE REMOVED
	export PYVERN_ROOT=$T/$1
	run pyvern rehash
	echo "$1: $output"
	[ "$status" -eq 0 ]
	[[ $output == "~ shims    $2 made, $3 removed, "* ]]
	run pyvern rehash
	[ "$output" = "" ]
}

@test "what changed since the last rehash is seen, in every way it can change" {
	PYVERN_ROOT=$T/foreign fake_version 3.9.1
	PYVERN_ROOT=$T/foreign pyvern rehash
	echo mine >"$T/foreign/shims/mine"
	settled_roots same added removed exec noexec replaced version env unversion linked relinked \
		target back shim content
	# Nothing: not a folder is read.
	export PYVERN_ROOT=$T/same
	run pyvern rehash
	[ "$output" = "" ]
	if command -v strace >/dev/null && [ -z "$PYVERN_TEST_SANITIZERS" ] &&
		strace -o "$T/trace" pyvern rehash; then
		run ! grep -e getdents -e flask -e shims/black "$T/trace"
		grep -q activate "$T/trace"
	fi
	bin=versions/3.9.1/bin
	cp "$T/added/$bin/black" "$T/added/$bin/new"
	rehash_says added 1 0
	rm "$T/removed/$bin/black"
	rehash_says removed 0 1
	# chmod does not show in the folder.
	chmod 755 "$T/exec/$bin/activate"
	rehash_says exec 1 0
	# One that is not executable any more keeps its shim, now and at a full look.
	chmod 644 "$T/noexec/$bin/black"
	PYVERN_ROOT=$T/noexec run pyvern rehash
	[ "$output" = "" ]
	cp "$T/noexec/$bin/flask" "$T/noexec/$bin/new"
	rehash_says noexec 1 0
	[ -e "$T/noexec/shims/black" ]
	rm "$T/noexec/$bin/black"
	rehash_says noexec 0 1
	# With the times of the old one, as rsync and tar make it.
	mkdir "$T/replaced/$bin/../bin.new"
	cp -p "$T/replaced/$bin/python" "$T/replaced/$bin/../bin.new/"
	touch -r "$T/replaced/$bin" "$T/replaced/$bin/../bin.new"
	rm -r "$T/replaced/${bin:?}"
	mv "$T/replaced/versions/3.9.1/bin.new" "$T/replaced/$bin"
	rehash_says replaced 0 2
	PYVERN_ROOT=$T/version fake_version 3.10.1 tox
	rehash_says version 1 0
	PYVERN_ROOT=$T/env fake_version 3.9.1/envs/other pytest
	rehash_says env 1 0
	rm -r "$T/unversion/versions/outside"
	rehash_says unversion 0 1
	# Links that led nowhere lead somewhere: a command, an environment, a version.
	script "$T/linked.elsewhere/later"
	rehash_says linked 1 0
	mkdir -p "$T/relinked.elsewhere/env/bin" "$T/target.elsewhere/gone/bin"
	script "$T/relinked.elsewhere/env/bin/inner"
	rehash_says relinked 1 0
	script "$T/target.elsewhere/gone/bin/inner"
	rehash_says target 1 0
	rm "$T/back.elsewhere/bin/outside"
	rehash_says back 0 1
	rm "$T/shim/shims/black"
	rehash_says shim 1 0
	# pyenv writes its prototype into the file that all shims are links to.
	echo broken >"$T/content/shims/.pyvern-shim"
	rehash_says content 5 0
	[ "$("$T/content/shims/black")" = "a shim" ]
	# What there is to say is said each time.
	for _ in 1 2; do
		PYVERN_ROOT=$T/foreign run pyvern rehash
		[[ $output == *"shims/mine was not made by pyvern"* ]]
	done
}

@test "a note of another installation or shim program, or a damaged one, is not believed" {
	settled_roots cut installed program
	# A note that was cut short, or is none.
	export PYVERN_ROOT=$T/cut
	cp "$T/cut/.rehashed" "$T/note"
	for n in 0 20 100 $(($(wc -c <"$T/note") - 1)); do
		head -c "$n" "$T/note" >"$T/cut/.rehashed"
		script "$T/cut/versions/3.9.1/bin/c$n"
		rehash_says cut 1 0
	done
	sed 's/^is .*/what/' "$T/note" >"$T/cut/.rehashed"
	script "$T/cut/versions/3.9.1/bin/last"
	rehash_says cut 1 0
	# Another shim program, another installation.
	export PYVERN_ROOT=$T/program
	shim_program "a newer shim"
	rehash_says program 5 0
	[ "$("$PYVERN_ROOT/shims/black")" = "a newer shim" ]
	cp -a "$T/prefix" "$T/other"
	export PYVERN_ROOT=$T/installed
	"$T/other/bin/pyvern" rehash
	[ "$(readlink "$PYVERN_ROOT/.pyvern")" = "$T/other/bin/pyvern" ]
	[ "$("$PYVERN_ROOT/shims/black")" = "a newer shim" ]
}

# Newer kernels give finer times to files that somebody looks at, others do not.
@test "changes within one tick of the clock are seen" {
	fake_version 3.9.1
	pyvern rehash
	for n in $(seq 20); do
		rm -f "$PYVERN_ROOT/.rehashed"
		start=$(date +%s)
		script "$PYVERN_ROOT/versions/3.9.1/bin/c$n"
		pyvern rehash >/dev/null
		[ -e "$PYVERN_ROOT/shims/c$n" ]
		pyvern rehash
		# What is younger than a tick tells nothing: no note of it is left.
		[ $(($(date +%s) - start)) -ge 2 ] || [ ! -s "$PYVERN_ROOT/.rehashed" ]
	done
}

# It spoke our words to who typed pyenv, and the first rehash wrote our face down.
@test "a root without a face has that of the name that we are called by (pyenv.md 3)" {
	ln -s "$T/prefix/bin/pyvern" "$T/pyenv"
	fake_version 3.13.5
	for name in pyenv pyvern; do
		rm -rf "$PYVERN_ROOT/face" "$PYVERN_ROOT/shims"
		program=$T/prefix/bin/pyvern
		[ "$name" = pyvern ] || program=$T/pyenv
		PYENV_VERSION=3.4 run "$program" version
		case $name in
		pyenv) [ "$output" = "pyenv: version \`3.4' is not installed (set by PYENV_VERSION environment variable)" ] ;;
		pyvern) [[ $output == "pyvern: 3.4 is not installed"* ]] ;;
		esac
		[ ! -e "$PYVERN_ROOT/face" ]
		run "$program" rehash
		# pyenv's says nothing.
		[ "$name" = pyvern ] || [ -z "$output" ]
		[ "$(cut -d' ' -f1 "$PYVERN_ROOT/face")" = "$name" ]
		# Once written it is not the caller's any more.
		"$T/pyenv" rehash 2>/dev/null
		pyvern rehash
		[ "$(cut -d' ' -f1 "$PYVERN_ROOT/face")" = "$name" ]
	done
}

# It made them in every root: pyenv would have shown them.
@test "no alias is made where there was none" {
	fake_version 3.12.1 tool
	pyvern rehash
	[ ! -L "$PYVERN_ROOT/versions/3.12" ]
}
