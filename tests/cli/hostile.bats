#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a cloned repository or a damaged root can put before us: no command may hang,
# crash, run it, show it raw, or take it for a version.
# shellcheck disable=SC2154,SC2016,SC2059 # run sets stderr; $() and \0 are to stay

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	fake_python 3.12.1
	export T
}

# Run all that reads pins (or the commands given); each ends by itself, with a status
# of ours, what it tells people harmless and its JSON whole. (Names that programs read
# are as they are where stdout is no terminal.) One shell for all of it, because bats
# looks at each line of its own.
every_command() {
	[ $# -gt 0 ] || set -- "" version "version --json" "versions --json" local which \
		"which black" explain "explain --json" prefix "exec python" "venv env"
	bash -c '
		for words; do
			status=0
			timeout 20 pyvern $words >out 2>err </dev/null || status=$?
			case $status in 0 | 1 | 2 | 3 | 5 | 6 | 127) ;; *) bad="status $status" ;; esac
			if [[ $words == *--json ]]; then cat out >>"$T/json"; fi
			case $words in "" | explain* | venv* | *--json) cat out >>err ;; esac
			! grep -q -e $'\''\033'\'' -e $'\''\302\233'\'' err || bad="raw output"
			rm -rf env out err
			[ -z "${bad-}" ] || { echo "pyvern $words: $bad"; exit 1; }
		done
		timeout 20 "$PYVERN_ROOT/shims/python" >/dev/null 2>&1
		case $? in 0 | 127) ;; *) echo "shim: status $?"; exit 1 ;; esac
		[ ! -e X ]' sh "$@"
}

# All JSON that every_command saw: each document parses and has a schema.
all_json() {
	/usr/bin/python3 - "$T/json" <<-'PYTHON'
		import json, sys
		text, count = open(sys.argv[1], encoding="utf-8").read().lstrip(), 0
		while text:
		    document, end = json.JSONDecoder().raw_decode(text)
		    assert document["schema"] == 1, document
		    text, count = text[end:].lstrip(), count + 1
		assert count > 0
	PYTHON
}

@test "pins with bytes that no editor writes" {
	for content in '\0' '3.13\0\n' '3.13\n\0\0\n' '\377\376' '\357\273\2773.13\n' \
		'\033[31m3.13\033]0;title\007\n' '\302\2333.13\n' '3.13\v3.12\n' '\n\n\n' '#\n' ' \t\n'; do
		printf "$content" >.python-version
		every_command
	done
	all_json
}

@test "pins that would be paths, options or code" {
	for content in ../.. / . .. /etc/passwd '../versions/3.13.5' '-rf' '--help' '$(touch X)' \
		'`touch X`' ';touch X' '3.13;touch X' '%s%n' '*' '~' '3.13/../3.12.1' 'system/x' \
		'3.13.5/bin' '::' ':3.13:'; do
		printf '%s\n' "$content" >.python-version
		every_command
		run pyvern version --bare
		[[ $output != 3.13.5 && $output != 3.12.1 ]] || [ "$content" = '*' ]
	done
	all_json
}

@test "pins with line ends of other systems, or none" {
	for content in '3.13\r\n3.12\r\n' '3.13\n3.12' '  3.13  \r\n\r\n\t3.12 # ours\n'; do
		printf "$content" >.python-version
		run --separate-stderr pyvern version --bare
		is_output 3.13.5 3.12.1
		[ "$stderr" = "" ]
		every_command
	done
}

@test "pins that are too much" {
	head -c 1048576 /dev/zero | tr '\0' 3 >.python-version
	refuses 1 "$T/project/.python-version cannot be used: larger than 4 KiB" pyvern version
	every_command
	yes 3.13 | head -n 100000 >.python-version
	every_command
	yes 3.13 | head -n 65 >.python-version
	refuses 1 "$T/project/.python-version cannot be used: more than 64 versions" pyvern version
	every_command
	yes '' | head -c 1048576 >.python-version
	every_command
	printf '%0300d\n3.13\n' 1 >.python-version
	run pyvern version --bare
	[ "${lines[0]}" = 3.13.5 ] || [ "${lines[1]}" = 3.13.5 ]
	every_command
	all_json
}

@test "pins that are no files" {
	ln -s .python-version .python-version
	every_command
	run pyvern explain
	[[ $output == *"passed over: a link that leads nowhere"* ]]
	rm .python-version
	ln -s two one
	ln -s one two
	ln -s one .python-version
	every_command
	for target in nowhere /dev/zero /dev/tty /proc/self/mem /proc/kmsg / "$PWD"; do
		ln -sfn "$target" .python-version
		every_command
	done
	rm .python-version
	mkdir .python-version
	every_command
	rmdir .python-version
	mkfifo .python-version
	every_command
}

@test "variables" {
	for value in ../.. '$(touch X)' "$(printf 'a\033[31mb')" "$(printf '3.13\n3.12')" ::: \
		"$(printf '%0100000d' 1)" "$(printf '3.13:%.0s' $(seq 100))" " " '3.13 3.12'; do
		export PYVERN_VERSION=$value
		every_command
	done
	all_json
}

@test "a global file, a face and settings that are not ours" {
	for file in version face config .aliases; do
		few=("" version which "venv env" config)
		cp "$PYVERN_ROOT/$file" "$T/kept" 2>/dev/null || rm -f "$T/kept"
		for content in '' '\0\0\0' '\033[31m\n' '../..\n' 'pyenv\0pyvern\n' '3.13 ../..\n' '$(touch X)\n'; do
			printf "$content" >"$PYVERN_ROOT/$file"
			every_command "${few[@]}"
		done
		head -c 1048576 /dev/zero >"$PYVERN_ROOT/$file"
		every_command "${few[@]}"
		rm "$PYVERN_ROOT/$file"
		mkdir "$PYVERN_ROOT/$file"
		every_command "${few[@]}"
		rmdir "$PYVERN_ROOT/$file"
		mkfifo "$PYVERN_ROOT/$file"
		every_command "${few[@]}"
		rm "$PYVERN_ROOT/$file"
		ln -s "$file" "$PYVERN_ROOT/$file"
		every_command "${few[@]}"
		rm "$PYVERN_ROOT/$file"
		[ ! -e "$T/kept" ] || mv "$T/kept" "$PYVERN_ROOT/$file"
	done
}

@test "facts and seeds that lie do not lead out of the environment" {
	pin 3.13
	tree=$PYVERN_ROOT/versions/3.13.5
	cp -a "$tree/.pyvern" "$T/kept"
	for line in platlib=../../../../out executables=../../../x 'executables=a/b' \
		executable=../../../../bin/sh stdlib=/etc abi= version= 'version=\033[31m'; do
		printf "$line\n" >>"$tree/.pyvern/facts"
		every_command "venv env"
		cp -af "$T/kept/." "$tree/.pyvern"
	done
	for line in 'dir ../../../..' 'script ../../x pip main' 'script x pip;touch main' \
		'file 1 1 ../../x' '\0' 'dir pip/../..' "$(printf '%0100000d' 1)"; do
		chmod u+w "$tree/.pyvern/seed/index"
		printf "$line\n" >>"$tree/.pyvern/seed/index"
		every_command "venv env"
		cp -af "$T/kept/." "$tree/.pyvern"
	done
	run find "$T" -name x -o -name out
	[ -z "$output" ]
}

@test "an environment whose pyvenv.cfg is anything" {
	pin 3.13
	mkdir .venv
	for content in '' '\0' 'home\n' 'home = \n' 'home = ../..\n' 'home = /nowhere\nversion = \033[31m\n' \
		'home = $(touch X)\n' 'prompt = "\n' 'HOME=x\nhome=y\n'; do
		printf "$content" >.venv/pyvenv.cfg
		for words in "venv" "venv --clear" "use --venv 3.13"; do
			cp -a .venv kept
			# shellcheck disable=SC2086 # words
			run --separate-stderr timeout 20 "$T/prefix/bin/pyvern" $words
			echo "$words: $status"
			[ "$status" -eq 0 ] || [ "$status" -eq 6 ]
			[[ $stderr != *$'\033'* ]]
			rm -rf .venv
			mv kept .venv
		done
	done
	head -c 1048576 /dev/zero >.venv/pyvenv.cfg
	refuses 6 "$T/project/.venv exists already" pyvern venv
	[ ! -e X ]
}

@test "without a terminal no line has an escape code; NO_COLOR keeps them off one" {
	pin 3.13
	unset NO_COLOR
	export TERM=xterm
	every_command
	command -v script >/dev/null || skip "script(1) makes the terminal"
	run script -qec "pyvern venv env" /dev/null
	[[ $output == *$'\033[32m+\033[0m env'* ]]
	NO_COLOR=1 run script -qec "pyvern venv --clear env" /dev/null
	[[ $output == *"~ env"* && $output != *$'\033['[0-9]*m* ]]
	TERM=dumb run script -qec "pyvern use 3.12" /dev/null
	[[ $output == *"~ .python-version"* && $output != *$'\033'* ]]
}

# `pyvern install miniforge;touch X` was there to be pasted.
@test "what is suggested for a name that is code runs none of it" {
	printf 'miniforge;touch${IFS}X\n' >.python-version
	refuses 3 'miniforge;touch${IFS}X is not installed' pyvern venv env
	fix=$(sed -n 's/^  to fix *//p' <<<"$stderr")
	[ -n "$fix" ]
	pyvern() { :; }
	eval "$fix"
	[ ! -e X ]
}
