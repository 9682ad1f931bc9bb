#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern repair: which Python an environment gets when its own is gone, and what stays.
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL VIRTUAL_ENV PYENV_VIRTUAL_ENV
	versions=$PYVERN_ROOT/versions
	mkdir "$HOME/blog"
	cd "$HOME/blog" || return
}

# A made-up Python that knows the environment it is started in, and whose pip says what
# $T/pip has.
answering_python() {
	local language=${2-${1%.*}}
	fake_python "$1"
	[ "$language" = "${1%.*}" ] || retag "$1" "$language"
	program "$1" "python$language" <<-END
		#!/bin/sh
		case " \$* " in
		*" pip check "*) cat "$T/pip" 2>/dev/null && exit 1; exit 0 ;;
		*sys.prefix*) d=\${0%/*} && echo "\${d%/*}" ;;
		*) echo $1 ;;
		esac
	END
	ln -sf "python$language" "$versions/$1/bin/python"
}

# The version NAME is of LANGUAGE ("3.13t"), which its name does not say alone.
retag() {
	local tree=$versions/$1 plain
	plain=$(sed -n 's/^stdlib=lib.python//p' "$tree/.pyvern/facts")
	mv "$tree/lib/python$plain" "$tree/lib/python$2"
	sed -i "s|python$plain|python$2|g; s|^abi=.*|abi=cpython-${2/./}|" "$tree/.pyvern/facts"
}

# Our aliases, ALIAS=VERSION.
aliases() {
	local alias
	: >"$PYVERN_ROOT/.aliases"
	for alias; do
		ln -sfn "${alias#*=}" "$versions/${alias%=*}"
		echo "${alias/=/ }" >>"$PYVERN_ROOT/.aliases"
	done
}

# An environment on 3.11.4, which goes.
orphan() {
	fake_python 3.11.4
	pyvern venv -q -p 3.11.4 .venv
	mkdir -p .venv/lib/python3.11/site-packages/{django-5.2.dist-info,odd.egg-info,django}
	rm -r "$versions/3.11.4"
}

# All files of .venv but the interpreter's links, with their content.
rest_of() {
	(cd .venv && find . ! -path './bin/python*' ! -name pyvenv.cfg -printf '%p %y %l %m\n' |
		sort && find . -type f ! -name pyvenv.cfg -exec cksum {} + | sort)
}

@test "JOURNEYS 7: its base is gone; it follows the minor from now on, packages stay" {
	orphan
	answering_python 3.11.13
	aliases 3.11=3.11.13
	before=$(rest_of)
	run .venv/bin/python
	[ "$status" -eq 127 ]
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	# bats takes leading blanks away.
	output="  $stderr"
	is_output "  because  its base $versions/3.11.4 is gone" \
		"~ .venv    3.11.4 -> 3.11.13, follows 3.11   2 packages kept" \
		"  tested   python starts, pip finds nothing missing"
	[ "$(.venv/bin/python)" = 3.11.13 ]
	[ "$(.venv/bin/python3.11)" = 3.11.13 ]
	[ "$(readlink .venv/bin/python)" = "$versions/3.11/bin/python3.11" ]
	[ "$(readlink .venv/bin/python3)" = python ]
	grep -qx "home = $versions/3.11/bin" .venv/pyvenv.cfg
	grep -qx "version = 3.11.13" .venv/pyvenv.cfg
	grep -qx "executable = $versions/3.11.13/bin/python3.11" .venv/pyvenv.cfg
	[ "$(rest_of)" = "$before" ]
	knows "made 3.11.13 3.11 $PWD/.venv"
	run --separate-stderr pyvern trust --list
	[ "$output" = "made  $PWD/.venv" ]
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 0 ]
	[ "$stderr" = "= .venv    Python 3.11.13, nothing to repair" ]
}

@test "JOURNEYS 7: never across minors" {
	fake_python 3.10.4
	pyvern venv -q -p 3.10.4 .venv
	rm -r "$versions/3.10.4"
	fake_python 3.12.11
	fake_python 3.11.13
	before=$(cat .venv/pyvenv.cfg)
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	output=$stderr
	is_output "pyvern: .venv cannot be repaired: its packages are built for 3.10, and no 3.10 is installed" \
		"  has      3.13.5, 3.12.11, 3.11.13" \
		"  to fix   pyvern install 3.10 && pyvern repair .venv"
	[ "$(cat .venv/pyvenv.cfg)" = "$before" ]
}

@test "free-threaded stays so, and debug, too" {
	fake_python 3.13.5t
	retag 3.13.5t 3.13t
	mv "$versions/3.13.5t/bin/python3.13" "$versions/3.13.5t/bin/python3.13t" 2>/dev/null ||
		cp "$versions/3.13.5t/bin/python" "$versions/3.13.5t/bin/python3.13t"
	pyvern venv -q -p 3.13.5t .venv
	rm -r "$versions/3.13.5t"
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 3 ]
	[[ $stderr == *"built for 3.13t, and no 3.13t is installed"*"pyvern install 3.13t && "* ]]
	fake_python 3.12.4-debug
	sed -i 's/3.12.4-debug/3.12.4/' "$versions/3.12.4-debug/.pyvern/facts"
	pyvern venv -q -p 3.12.4-debug debug
	rm -r "$versions/3.12.4-debug"
	fake_python 3.12.9
	run --separate-stderr pyvern repair debug
	[ "$status" -eq 3 ]
	[[ $stderr == *"built for 3.12-debug, and no 3.12-debug is installed"* ]]
}

@test "without an alias: the same version, else the next newer one, else the next older one" {
	rows=("3.11.4 3.11.3 3.11.9|3.11.4" "3.11.3 3.11.9 3.11.13|3.11.9" "3.11.1 3.11.3|3.11.3")
	for row in "${rows[@]}"; do
		rm -rf .venv "$versions"/3.11*
		orphan
		for version in ${row%|*}; do
			answering_python "$version"
		done
		mkdir "$T/elsewhere"
		# Not the place that it was made on.
		sed -i "s|$versions/3.11.4|$T/elsewhere/3.11.4|" .venv/pyvenv.cfg
		ln -sfn "$T/elsewhere/3.11.4/bin/python3.11" .venv/bin/python
		run --separate-stderr pyvern repair .venv
		[ "$status" -eq 0 ]
		[[ $stderr == *"~ .venv    3.11.4 -> ${row#*|}   2 packages kept"* ]]
		[ "$(.venv/bin/python)" = "${row#*|}" ]
		rmdir "$T/elsewhere"
	done
}

@test "--dry-run changes nothing" {
	orphan
	answering_python 3.11.13
	before=$(rest_of)$(cat .venv/pyvenv.cfg)$(readlink .venv/bin/python)
	run --separate-stderr pyvern repair --dry-run .venv
	[ "$status" -eq 0 ]
	[[ $stderr == *"~ .venv    3.11.4 -> 3.11.13   2 packages would be kept" ]]
	[ "$(rest_of)$(cat .venv/pyvenv.cfg)$(readlink .venv/bin/python)" = "$before" ]
}

@test "--all: what is broken, each by itself; the status is of the first that cannot be" {
	orphan
	answering_python 3.11.13
	fake_python 3.10.4
	pyvern venv -q -p 3.10.4 "$HOME/lab/.venv"
	pyvern venv -q -p 3.13 "$HOME/fine"
	rm -r "$versions/3.10.4"
	run --separate-stderr pyvern repair --all
	[ "$status" -eq 3 ]
	[[ $stderr == *"~ ~/blog/.venv   3.11.4 -> 3.11.13"* ]]
	[[ $stderr == *"pyvern: ~/lab/.venv cannot be repaired: its packages are built for 3.10"* ]]
	[[ $stderr != *fine* ]]
	rm -r "$HOME/lab"
	run --separate-stderr pyvern repair --all
	[ "$status" -eq 0 ]
	[[ $stderr == *"no environment that is known is broken"* ]]
	run --separate-stderr pyvern repair -q --all
	[ -z "$stderr" ]
}

@test "what is in an environment that is not trusted is not run" {
	orphan
	answering_python 3.11.13
	echo "oops" >"$T/pip"
	pyvern trust -q --remove .venv
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 0 ]
	[[ $stderr == *"tested   python starts; pip was not asked, as this is not trusted"* ]]
	knows "found 3.11.13 - $PWD/.venv"
}

@test "pip's complaint is shown, and an interpreter that does not start is an error" {
	orphan
	answering_python 3.11.13
	echo "black 25.1 requires click, which is not installed." >"$T/pip"
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 0 ]
	[[ $stderr == *"tested   python starts, pip finds something missing:"* ]]
	[[ $stderr == *"pip      black 25.1 requires click, which is not installed." ]]
	rm -r .venv "$versions/3.11.13"
	orphan
	answering_python 3.11.13
	printf '#!/bin/sh\nexit 3\n' >"$versions/3.11.13/bin/python3.11"
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 1 ]
	[[ $stderr == *"pyvern: .venv is bound to $versions/3.11.13/bin/python3.11, and does not work: its python ends with 3"* ]]
}

@test "by a path with links: it stays trusted" {
	mkdir "$T/real"
	ln -s "$T/real" "$T/link"
	cd "$T/link" || return
	orphan
	answering_python 3.11.13
	# Its Python calls itself by the path that it is started by.
	run --separate-stderr pyvern repair .venv
	[ "$status" -eq 0 ]
	[[ $stderr == *"tested   python starts, pip finds nothing missing" ]]
	knows "made 3.11.13 - $T/real/.venv"
}

@test "named ones: by name" {
	answering_python 3.11.4
	pyvern virtualenv -q -p "$versions/3.11.4/bin/python3.11" 3.13 odd
	rm -r "$versions/3.11.4"
	answering_python 3.11.13
	cd "$T"
	run --separate-stderr pyvern repair odd
	[ "$status" -eq 0 ]
	[[ $stderr == *"~ odd      3.11.4 -> 3.11.13"* ]]
	[ "$("$versions/odd/bin/python")" = 3.11.13 ]
}

@test "what is no environment, or nothing" {
	mkdir folder
	refuses 3 "folder is no environment" pyvern repair folder
	refuses 3 "nowhere is no environment" pyvern repair nowhere
	refuses 2 "repair: which environments, or versions?" pyvern repair
	refuses 2 "repair: which environments, or versions?" pyvern repair -a x
	mkdir -p old/bin old/lib/python2.7/site-packages
	echo "$versions/2.7.18" >old/lib/python2.7/orig-prefix.txt
	refuses 1 "old cannot be repaired: it is one of virtualenv before 20" pyvern repair old
}

@test "a real one of python -m venv: python starts, and its own pip finds what it has" {
	# The distribution's names for its stdlib are not ours to know: let adopt tell.
	pyvern adopt -q /usr/bin/python3 || skip "this python3 cannot be adopted"
	/usr/bin/python3 -m venv 'a b' || skip "this python3 makes no environment with pip"
	language=$('a b/bin/python' -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	sed -i "s|^home = .*|home = $T/gone/$language.0/bin|; s|^version = .*|version = $language.0|" \
		'a b/pyvenv.cfg'
	ln -sfn "$T/gone/$language.0/bin/python3" 'a b/bin/python3'
	run 'a b/bin/pip' --version
	[ "$status" -ne 0 ]
	pyvern trust -q 'a b'
	run --separate-stderr pyvern repair 'a b'
	echo "$stderr"
	[ "$status" -eq 0 ]
	[[ $stderr == *"because  its base $T/gone/$language.0 is gone"* ]]
	[[ $stderr == *"~ a b      $language.0 -> $language."* ]]
	[[ $stderr == *"tested   python starts, pip finds nothing missing" ]]
	run 'a b/bin/pip' --version
	[ "$status" -eq 0 ]
	[[ $output == *"$PWD/a b/lib/"* ]]
}

@test "a base that is another Python now, with the one of before beside it" {
	mkdir -p "$T/usr/bin" "$T/usr/lib"
	answering_python 3.12.4
	cp -a "$versions/3.12.4/." "$T/usr"
	rm -r "$T/usr/.pyvern" "$versions/3.12.4"
	cp -a "$versions/3.13.5/bin/python3.13" "$T/usr/bin/"
	ln -sf python3.13 "$T/usr/bin/python3"
	mkdir -p env/bin env/lib/python3.12/site-packages
	printf 'home = %s\nversion = 3.12.4\n' "$T/usr/bin" >env/pyvenv.cfg
	ln -s "$T/usr/bin/python3" env/bin/python3
	ln -s python3 env/bin/python
	pyvern trust -q env
	run --separate-stderr pyvern repair env
	[ "$status" -eq 0 ]
	[[ $stderr == *"because  its base is Python 3.13 now, its packages are for 3.12"* ]]
	[[ $stderr == *"~ env      3.12.4 -> 3.12.4   0 packages kept"* ]]
	[ "$(readlink env/bin/python3)" = "$T/usr/bin/python3.12" ]
}

@test "hostile names" {
	answering_python 3.11.4
	while IFS= read -r name; do
		pyvern venv -q -p 3.11.4 -- "$name"
	done < <(hostile_names)
	rm -r "$versions/3.11.4"
	answering_python 3.11.13
	while IFS= read -r name; do
		pyvern repair -q -- "./$name"
		[ "$("./$name/bin/python")" = 3.11.13 ]
	done < <(hostile_names)
	[ ! -e pwned ]
	rm -rf "$versions/3.11.13" 'a b'
	mkdir p
	answering_python 3.10.2
	pyvern venv -q -p 3.10.2 'p/$(touch pwned) '\''x'
	rm -r "$versions/3.10.2"
	run --separate-stderr pyvern repair 'p/$(touch pwned) '\''x'
	[[ $stderr == *"to fix   pyvern install 3.10 && pyvern repair 'p/\$(touch pwned) '\\''x'" ]]
}
