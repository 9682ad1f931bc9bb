#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern upgrade: installed beside, tried, and then the alias leads to it.

bats_require_minimum_version 1.5.0

setup_file() {
	export PKG=$BATS_FILE_TMPDIR/pkg
	mkdir -p "$PKG"
	fake() { sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" "$@" noise=20; }
	fake 9.9.1 "$PKG" >"$PKG/1"
	fake 9.9.2 "$PKG" >"$PKG/2"
	fake 9.9.3 "$PKG" missing='lzma' >"$PKG/3"
	fake 9.8.1 "$PKG" >"$PKG/old"
	fake 9.8.4 "$PKG" >"$PKG/new"
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.7.1 "$PKG" >"$PKG/built1"
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.7.2 "$PKG" >"$PKG/built2"
	fake 9.7.2 "$PKG" >"$PKG/build2"
}

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYTHON_CONFIGURE_OPTS
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	mkdir -p "$HOME/site" "$HOME/old" "$PYVERN_ROOT/catalog"
	versions=$PYVERN_ROOT/versions
	cd "$HOME" || return
	known 1
	pyvern install -q 9.9.1
	pyvern venv -q --without-pip -p 9.9 site/.venv
	pyvern venv -q --without-pip -p 9.9.1 old/.venv
	known 1 2
}

# These are in the catalogue.
known() {
	{
		echo '# pyvern catalogue 1'
		(cd "$PKG" && cat "$@")
	} >"$PYVERN_ROOT/catalog/fake.tsv"
}

# upgrade ends with STATUS; no stage is left.
upgrade() {
	run "-$1" --separate-stderr pyvern upgrade "${@:2}"
	echo "$stderr$output"
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

leads_to() {
	[ "$(readlink "$versions/9.9")" = "$1" ]
}

@test "JOURNEYS 6: what follows goes along, what was made for the old one stays, all is named" {
	cd site && pyvern local 9.9 && cd ../old && pyvern local 9.9.1 && cd ..
	upgrade 0 9.9
	[[ $stderr == *$'\n+ 9.9.2    standalone build for '* ]]
	[[ $stderr == *$'\n  tested   ssl '*'; 1 environment starts'$'\n~ 9.9      9.9.1 -> 9.9.2'$'\n'* ]]
	[[ $stderr == *$'\n  follow   ~/site/.venv\n  stay     ~/old/.venv (made for 9.9.1)\n'* ]]
	[[ $stderr == *$'\n  pins     global, ~/old/.python-version still name 9.9.1\n'* ]]
	[[ $stderr == *$'\n  kept     9.9.1 (pyvern gc removes it when nothing needs it; undo: pyvern rollback 9.9)' ]]
	leads_to 9.9.2
	[ "$(site/.venv/bin/python --version)" = 'Python 9.9.2' ]
	[ "$(old/.venv/bin/python --version)" = 'Python 9.9.1' ]
	grep -qx 'version = 9.9.2' site/.venv/pyvenv.cfg
	grep -qx "executable = $versions/9.9.2/bin/python9.9" site/.venv/pyvenv.cfg
	grep -qx 'version = 9.9.1' old/.venv/pyvenv.cfg
	[ "$(cd site && pyvern version-name)" = 9.9.2 ]
	[ "$(cd old && pyvern version-name)" = 9.9.1 ]
	upgrade 0 9.9
	[[ $stderr == '= 9.9      9.9.2 is the newest' ]]
}

@test "the alias moves only when all is tried" {
	mkdir "$HOME/spy"
	# What the new one sees while it is tried.
	printf 'readlink "%s/9.9" >>"%s/seen"\n' "$versions" "$HOME/spy" >"$HOME/spy/script"
	FAKE_SPY=$HOME/spy/script upgrade 0 9.9
	[ "$(sort -u "$HOME/spy/seen")" = 9.9.1 ]
	leads_to 9.9.2
}

@test "an environment that does not start on it: the alias stays, until --anyway" {
	# Its own packages break it.
	touch site/.venv/lib/broken
	upgrade 1 9.9
	[[ $stderr == *'9.9 stays at 9.9.1: ~/site/.venv does not start on 9.9.2: its python ends with 3'* ]]
	[[ $stderr == *'kept     9.9.2, which is installed'*'to fix   pyvern upgrade --anyway 9.9' ]]
	leads_to 9.9.1
	[ -d "$versions/9.9.2" ]
	# Others that make aliases right leave it there, too.
	pyvern rehash
	known 1 2 old
	pyvern install -q 9.8.1
	leads_to 9.9.1
	[ "$(pyvern latest 9.9)" = 9.9.1 ]
	run pyvern doctor
	[[ $output == *'9.9'*'leads to 9.9.1: its upgrade to 9.9.2 is not done'*'pyvern upgrade 9.9'* ]]
	rm site/.venv/lib/broken
	upgrade 0 9.9
	[[ $stderr == *'= 9.9.2    installed'*'~ 9.9      9.9.1 -> 9.9.2'* ]]
	leads_to 9.9.2
	pyvern rollback -q 9.9
	touch site/.venv/lib/broken
	run -0 --separate-stderr pyvern upgrade --anyway 9.9
	[[ $stderr == *'! 9.9.2    ~/site/.venv does not start on 9.9.2'* ]]
	leads_to 9.9.2
}

@test "one that lacks a module that the old one has" {
	known 1 2 3
	upgrade 1 9.9
	[[ $stderr == *'9.9 stays at 9.9.1: 9.9.3 has no lzma, which 9.9.1 has'* ]]
	leads_to 9.9.1
	upgrade 0 --anyway 9.9
	leads_to 9.9.3
}

@test "an environment that is not trusted is not run, and goes along" {
	cp -a site theirs
	touch theirs/.venv/lib/broken
	pyvern venvs scan "$HOME/theirs" >/dev/null 2>&1
	upgrade 0 9.9
	[[ $stderr == *'follow   ~/site/.venv, ~/theirs/.venv'*'untried  1 of them: what is not trusted is not run'* ]]
	grep -qx 'version = 9.9.1' theirs/.venv/pyvenv.cfg
}

@test "--dry-run changes nothing; --json" {
	before=$(cd "$PYVERN_ROOT" && find . | sort)
	run -0 --separate-stderr pyvern upgrade --dry-run 9.9
	[[ $stderr == *'+ 9.9.2    would be installed'*'~ 9.9      9.9.1 -> 9.9.2, if what follows starts'* ]]
	[ "$(cd "$PYVERN_ROOT" && find . | sort)" = "$before" ]
	run -0 --separate-stderr pyvern upgrade --json 9.9
	python3 -c '
import json, sys
doc = json.load(sys.stdin)
assert doc["schema"] == 1
(s,) = doc["series"]
assert (s["series"], s["from"], s["to"], s["state"]) == ("9.9", "9.9.1", "9.9.2", "upgraded"), s
assert s["follow"] == ["~/site/.venv"] and s["stay"] == ["~/old/.venv"] and s["started"] == 1, s
assert s["pins"] == ["global"] and "ssl" in s["tested"] and s["packages"] == [], s
' <<<"$output"
}

@test "packages in the base are named; --packages brings them, also afterwards" {
	site=$versions/9.9.1/lib/python9.9/site-packages
	mkdir -p "$site"/{black-1.0,tox-2.0,pip-9}.dist-info
	upgrade 0 9.9
	[[ $stderr == *'! packages   black, tox are in 9.9.1 itself: pyvern upgrade 9.9 --packages brings them'* ]]
	for version in 9.9.1 9.9.2; do
		cat >"$versions/$version/bin/pip" <<-END
			#!/bin/sh
			case \$1 in
			freeze) printf '%s\n' black==1.0 tox==2.0 ;;
			install) cat /dev/fd/3 >>"$T/brought-$version"; ! grep -q tox /dev/fd/3 ;;
			esac
		END
		chmod 755 "$versions/$version/bin/pip"
	done
	run -1 --separate-stderr pyvern upgrade --packages 9.9
	echo "$stderr"
	[[ $stderr == *'1 of 2 packages of 9.9.1'*'! 9.9.2    tox==2.0 cannot be installed'* ]]
	grep -q black "$T/brought-9.9.2"
	[ ! -e "$T/brought-9.9.1" ]
}

@test "--all: each series; what fails does not stop the others; what was rolled back stays" {
	known 1 2 old
	pyvern install -q 9.8.1
	known 1 2 old new
	touch site/.venv/lib/broken
	run -1 --separate-stderr pyvern upgrade --all --no-default-packages
	echo "$stderr"
	[[ $stderr == *'9.9 stays at 9.9.1'* && $stderr == *'~ 9.8      9.8.1 -> 9.8.4'* ]]
	rm site/.venv/lib/broken
	pyvern upgrade --all -q
	leads_to 9.9.2
	pyvern rollback -q 9.9
	upgrade 0 --all
	[[ $stderr == *'= 9.9      stays at 9.9.1: it was rolled back from 9.9.2 (pyvern upgrade 9.9)'* ]]
	leads_to 9.9.1
	upgrade 0 9.9
	leads_to 9.9.2
}

@test "options of install: --offline, --build and --prebuilt, --require-signature, --verbose" {
	run -4 pyvern upgrade --offline 9.9
	leads_to 9.9.1
	run -3 pyvern upgrade --build 9.9
	run -5 pyvern upgrade --require-signature 9.9
	[ ! -e "$versions/9.9.2" ]
	upgrade 2 --build --prebuilt 9.9
	run -0 --separate-stderr pyvern upgrade --verbose --prebuilt 9.9
	run -0 pyvern upgrade --prebuilt 9.9
	leads_to 9.9.2
}

@test "what is no series here, and a root that keeps no aliases" {
	upgrade 2
	upgrade 2 --all 9.9
	upgrade 3 9.7
	[[ $stderr == *'no 9.7 is installed'*'to fix   pyvern install 9.7' ]]
	# By one of its versions, it is the series.
	upgrade 0 --dry-run 9.9.1
	[[ $stderr == *'~ 9.9      9.9.1 -> 9.9.2'* ]]
	rm "$versions/9.9"
	ln -s 9.9.1/ "$versions/9.9"
	upgrade 1 9.9
	[[ $stderr == *'no alias that pyvern keeps leads to 9.9'* ]]
	echo pyenv >"$PYVERN_ROOT/face"
	upgrade 1 9.9
	[[ $stderr == *"this root is pyenv's"* ]]
}

@test "an install says nothing of a trial, and the alias follows it at once" {
	pyvern install -q 9.9.2
	leads_to 9.9.2
	# It is a generation, too.
	pyvern rollback -q 9.9
	leads_to 9.9.1
	# What was left, removed and installed again is welcome.
	pyvern uninstall -q --yes 9.9.2
	pyvern install -q 9.9.2
	leads_to 9.9.2
}

@test "one that was built here: that the new one is not is said; --like-before builds it as that was" {
	known built1
	pyvern install -q --build --lto 9.7.1
	known built1 built2 build2
	upgrade 0 9.7
	[[ $stderr == *"! 9.7.2    is somebody's build, and 9.7.1 was built here"*'to fix   pyvern install --force --like 9.7.1 9.7.2'* ]]
	pyvern rollback -q 9.7
	pyvern uninstall -q --yes 9.7.2
	run -0 --separate-stderr pyvern upgrade --like-before 9.7
	echo "$stderr"
	[[ $stderr == *'+ 9.7.2    built from source'*'how      --lto'* && $stderr != *"somebody's build"* ]]
	[ "$(readlink "$versions/9.7")" = 9.7.2 ]
}
