#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern doctor: what is wrong here, and what mends it (JOURNEYS 11; pyenv.md 10)
# shellcheck disable=SC2154,SC2016 # run --separate-stderr sets stderr; start-up lines

bats_require_minimum_version 1.5.0
load ../lib/adopt

setup() {
	selection_setup
	export SHELL=/bin/bash
	unset VIRTUAL_ENV PYTHONHOME PYTHONPATH CC CPPFLAGS CFLAGS LDFLAGS
	# A compiler of our own: it has what it is not told to lack.
	mkdir "$T/tools"
	: >"$T/lacks"
	cat >"$T/tools/cc" <<-END
		#!/bin/sh
		echo "\$*" >>"$T/cc.log"
		while read -r word; do
			case "\$* \$(cat try.c)" in
			*-c\ *"\$word"* | *"<\$word>"* | *"\$word "*)
				case \$word in
				-l*) case \$* in *"\$word"*) ;; *) continue ;; esac ;;
				esac
				echo "try.c: error: no \$word" >&2
				exit 1
				;;
			esac
		done <"$T/lacks"
	END
	printf '#!/bin/sh\nexit 1\n' >"$T/tools/pkg-config"
	cp "$T/tools/pkg-config" "$T/tools/apt"
	chmod 755 "$T/tools/"*
	PATH=$PYVERN_ROOT/shims:$T/tools:$PATH
}

# Nothing found has $1, a condition on f.
finds_not() {
	run --separate-stderr pyvern doctor --json
	is_json "not any($1 for f in d['findings'])"
}

@test "all is well: what there is, and status 0" {
	mkdir -p "$PYVERN_ROOT/plugins/greet/bin" "$PYVERN_ROOT/pyenv.d/which"
	echo 'PYENV_COMMAND_PATH=$PYENV_COMMAND_PATH' >"$PYVERN_ROOT/pyenv.d/which/mine.bash"
	fake_env 3.12.1 shop python3
	fake_env 3.12.1 blog python3
	pyvern rehash
	run -0 pyvern doctor
	has_line "= root     2 versions, 2 environments, 1 plugin, 1 hook"
	has_line "= PATH     the shims come before every other python"
	[[ $output == *"= shims    "*", as they should be"* ]]
	[[ $output == *"= build    $T/tools/cc makes programs, with ssl zlib bz2 sqlite3 readline ffi lzma uuid ncurses tk" ]]
	[[ $output != *"!"* ]]
	run -0 pyvern doctor --quiet
	is_output ""
}

@test "there is no root yet" {
	PYVERN_ROOT=$T/nowhere run -1 pyvern doctor
	has_line "= root     $T/nowhere is not there yet: an install makes it"
	[ ! -e "$T/nowhere" ]
}

@test "JOURNEYS 11: a start-up file starts pyenv" {
	{
		seq 116 | sed 's/^/# /'
		echo 'export PYENV_ROOT="$HOME/.pyenv"'
		echo 'eval "$(pyenv init -)"'
	} >"$HOME/.bashrc"
	run -1 pyvern doctor
	has_line "! ~/.bashrc:118   starts pyenv: each new shell would put pyenv's shims over ours"
	has_line "  to fix   pyvern init --install --replace"
	# The fix that it names mends it.
	pyvern init --install --replace bash
	finds_not "f['check'] == 'shell'"
}

@test "a start-up file of another shell: the fix names it" {
	echo 'eval "$(pyenv init - zsh)"' >"$HOME/.zshrc"
	echo 'export PYENV_ROOT=$HOME/.pyenv' >"$HOME/.bashrc"
	run -1 pyvern doctor
	has_line "  to fix   pyvern init --install --replace zsh"
	[[ $output != *bashrc* ]]
}

@test "pyenv in a start-up file is us where pyenv is our name" {
	ln -s pyvern "$T/prefix/bin/pyenv"
	echo 'eval "$(pyenv init -)"' >"$HOME/.bashrc"
	run -0 pyvern doctor
	has_line "= ~/.bashrc:1   starts pyenv, which is this program"
	mkdir -p "$PYVERN_ROOT/bin"
	printf '#!/bin/sh\n' >"$PYVERN_ROOT/bin/pyenv"
	chmod 755 "$PYVERN_ROOT/bin/pyenv"
	run -1 pyvern doctor
	[[ $output == *"! ~/.bashrc:1   starts pyenv: "* ]]
}

@test "PATH: no shims, a Python before them, another pyenv's before ours" {
	PATH=$T/prefix/bin:$T/tools:/usr/bin:/bin run -1 pyvern doctor
	has_line "! PATH     the shims are not on it: python is not ours"
	PATH=$T/system:$PATH run -1 pyvern doctor
	has_line "! PATH     $T/system/python comes before the shims"
	has_line "  to fix   export PATH=$PYVERN_ROOT/shims:\"\$PATH\""
	mkdir -p "$T/other/shims" "$T/other/versions"
	PATH=$T/other/shims:$PATH run -1 pyvern doctor
	has_line "! PATH     $T/other/shims, another root's shims, come before ours"
}

@test "an activated environment may come before the shims" {
	mkdir -p "$T/env/bin"
	cp "$T/system/python" "$T/env/bin/python"
	VIRTUAL_ENV=$T/env PATH=$T/env/bin:$PATH run -0 pyvern doctor
}

@test "shims: missing, left over, none, of another pyvern" {
	fake_version 3.12.1 newcomer
	rm "$PYVERN_ROOT/versions/3.12.1/bin/black"
	run -1 pyvern doctor
	has_line "! shims    1 command without one, 1 without a command"
	has_line "  to fix   pyvern rehash"
	[ ! -e "$PYVERN_ROOT/shims/newcomer" ]
	pyvern rehash
	run -0 pyvern doctor
	ln -sf "$T/gone/pyvern" "$PYVERN_ROOT/.pyvern"
	run -1 pyvern doctor
	has_line "! shims    are not of this pyvern"
	rm -r "${PYVERN_ROOT:?}/shims"
	run -1 pyvern doctor
	has_line "! shims    are not there yet"
	[ ! -e "$PYVERN_ROOT/shims" ]
}

@test "shims: .rehashed says that all is well, and it is not" {
	sleep 2.1
	pyvern rehash
	[ -e "$PYVERN_ROOT/.rehashed" ]
	run -0 pyvern doctor
	# As a file system whose clock went back would have it.
	fake_version 3.12.1 newcomer
	line=$(stat -c 'is %d %i' "$PYVERN_ROOT/versions/3.12.1/bin")
	times=$(python3 - "$PYVERN_ROOT/versions/3.12.1/bin" <<-'END'
		import os, sys
		s = os.stat(sys.argv[1])
		print("%d.%d %d.%d" % (s.st_mtime_ns // 10**9, s.st_mtime_ns % 10**9,
		    s.st_ctime_ns // 10**9, s.st_ctime_ns % 10**9))
	END
	)
	sed -i "s|^$line .*\t|$line $times\t|" "$PYVERN_ROOT/.rehashed"
	run -1 pyvern doctor
	has_line "! shims    are not right, and .rehashed says that they are"
	has_line "  to fix   rm $PYVERN_ROOT/.rehashed && pyvern rehash"
	rm "$PYVERN_ROOT/.rehashed"
	pyvern rehash
	run -0 pyvern doctor
}

@test "shims: a stranger in the folder" {
	echo mine >"$PYVERN_ROOT/shims/notes"
	run -1 pyvern doctor
	[[ $output == *"! shims    "*notes* ]]
	[ "$(cat "$PYVERN_ROOT/shims/notes")" = mine ]
}

@test "versions: a link that leads nowhere, an adopted Python that is gone" {
	ln -s /nowhere/x "$PYVERN_ROOT/versions/mine"
	ln -s 3.11.9/envs/blog "$PYVERN_ROOT/versions/blog"
	elsewhere "$T/there" 3.10.5
	pyvern adopt "$T/there"
	rm -r "${T:?}/there"
	run -1 pyvern doctor
	has_line "! mine     was adopted from /nowhere/x, which is gone"
	has_line "! blog     is a link to 3.11.9/envs/blog, which is gone"
	has_line "! 3.10.5   was adopted from $T/there, which is gone"
	has_line "  to fix   pyvern uninstall --yes 3.10.5"
	for name in mine blog 3.10.5; do pyvern uninstall --yes "$name"; done
	run -0 pyvern doctor
}

@test "versions: the program that a folder of links leads to is gone" {
	mkdir -p "$T/usr/bin"
	elsewhere "$T/usr" 3.9.1
	elsewhere "$T/usr2" 3.11.2
	cp -a "$T/usr2/." "$T/usr"
	pyvern adopt "$T/usr/bin/python3.11"
	rm "$T/usr/bin/"python*
	run -1 pyvern doctor
	has_line "! 3.11.2   was adopted from $T/usr/bin/python3.11, which is gone"
}

@test "versions: half an installation of somebody" {
	mkdir -p "$PYVERN_ROOT/versions/3.10.1/lib"
	run -1 pyvern doctor
	has_line "! 3.10.1   has no Python: its installation did not end"
}

@test "environments whose Python is gone, and which install mends them" {
	mkdir -p "$PYVERN_ROOT/versions/3.12.1/envs/shop/bin" "$T/real"
	printf 'home = %s\n' "$PYVERN_ROOT/versions/3.11.4/bin" \
		>"$PYVERN_ROOT/versions/3.12.1/envs/shop/pyvenv.cfg"
	ln -s "$PYVERN_ROOT/versions/3.11.4/bin/python" "$PYVERN_ROOT/versions/3.12.1/envs/shop/bin/python"
	run -1 pyvern doctor
	has_line "! 3.12.1/envs/shop   does not start: its Python in $PYVERN_ROOT/versions/3.11.4/bin is gone"
	has_line "  to fix   pyvern install 3.11.4, or pyvern repair $PYVERN_ROOT/versions/3.12.1/envs/shop"
	printf 'home = /nowhere/bin\n' >"$PYVERN_ROOT/versions/3.12.1/envs/shop/pyvenv.cfg"
	run -1 pyvern doctor
	has_line "  to fix   pyvern repair $PYVERN_ROOT/versions/3.12.1/envs/shop"
	rm "$PYVERN_ROOT/versions/3.12.1/envs/shop/bin/python"
	fake_version 3.12.1/envs/shop
	pyvern rehash
	run -0 pyvern doctor
}

@test "environments of projects: those that are known, and those that do not start" {
	run -0 pyvern doctor
	[[ $output != *projects* ]]
	mkdir -p env/bin other/bin
	for dir in env other; do
		printf 'home = %s\n' "$PYVERN_ROOT/versions/3.12.1/bin" >$dir/pyvenv.cfg
		ln -s "$PYVERN_ROOT/versions/3.12.1/bin/python" $dir/bin/python
	done
	fake_version 3.12.1 python
	pyvern rehash >/dev/null 2>&1
	pyvern trust -q env
	run -0 pyvern doctor
	has_line "= projects   1 environment is known (pyvern venvs)"
	rm -r "$PYVERN_ROOT/versions/3.12.1"
	pyvern rehash >/dev/null 2>&1
	run -1 pyvern doctor
	[[ $output == *"! $PWD/env   does not start: "*"to fix   pyvern repair $PWD/env"* ]]
	[[ $output != *"$PWD/other"* ]]
}

@test "aliases of ours that something else made wrong; rehash mends them" {
	elsewhere "$T/a" 3.10.1
	elsewhere "$T/b" 3.10.2
	pyvern adopt "$T/a"
	pyvern adopt "$T/b"
	run -0 pyvern doctor
	rm "$PYVERN_ROOT/versions/3.10.2"
	run -1 pyvern doctor
	has_line "! 3.10     is an alias of ours for 3.10.2, which is not right any more"
	pyvern rehash
	[ "$(readlink "$PYVERN_ROOT/versions/3.10")" = 3.10.1 ]
	run -0 pyvern doctor
	rm "$PYVERN_ROOT/versions/3.10.1"
	run -1 pyvern doctor
	pyvern rehash
	[ ! -L "$PYVERN_ROOT/versions/3.10" ]
	run -0 pyvern doctor
}

@test "a user's own alias is no concern" {
	ln -s 3.12.1 "$PYVERN_ROOT/versions/3.12"
	ln -s 3.12.1 "$PYVERN_ROOT/versions/work"
	run -0 pyvern doctor
}

@test "plugins: what cannot be run, a link that leads nowhere" {
	mkdir -p "$PYVERN_ROOT/plugins/greet/bin"
	echo '#!/bin/sh' >"$PYVERN_ROOT/plugins/greet/bin/pyenv-greet"
	echo text >"$PYVERN_ROOT/plugins/greet/bin/README"
	ln -s "$T/gone" "$PYVERN_ROOT/plugins/lost"
	run -1 pyvern doctor
	has_line "! plugin greet   bin/pyenv-greet cannot be run"
	has_line "  to fix   chmod +x $PYVERN_ROOT/plugins/greet/bin/pyenv-greet"
	has_line "! plugin lost   is a link that leads nowhere"
	[[ $output != *README* ]]
}

@test "folders that all may write" {
	mkdir "$PYVERN_ROOT/plugins" "$PYVERN_ROOT/plugins/greet"
	chmod 777 "$PYVERN_ROOT/plugins/greet" "$PYVERN_ROOT/versions"
	run -1 pyvern doctor
	has_line "! $PYVERN_ROOT/versions   all users may write here, and put what you run"
	has_line "  to fix   chmod o-w $PYVERN_ROOT/versions"
	has_line "! plugin greet   all users may write here, and put what you run"
	chmod 1777 "$PYVERN_ROOT/versions"
	chmod 755 "$PYVERN_ROOT/plugins/greet"
	run -0 pyvern doctor
}

# In an image the root is made by its builder and used by everybody.
@test "folders that this user cannot write" {
	with_read_only_root pyvern doctor
	[ "$status" -eq 0 ]
	has_line "= $PYVERN_ROOT   cannot be written: what is here can be used, and not changed"
	chmod a-w "$PYVERN_ROOT/versions"
	with_plain_rights pyvern doctor
	[ "$status" -eq 1 ]
	[[ $stderr == *"! $PYVERN_ROOT/versions   cannot be written
  to fix   chmod u+w $PYVERN_ROOT/versions
"* ]]
}

@test "variables" {
	PYENV_VERSION=3.12.1 PYTHONPATH=$T/lib run -0 pyvern doctor
	has_line "= PYENV_VERSION   is set: no pin is looked at"
	has_line "  to change   unset PYENV_VERSION"
	has_line "= PYTHONPATH   is set: every Python looks for modules there first"
	PYTHONHOME=/usr run -1 pyvern doctor
	has_line "! PYTHONHOME   is set: every Python takes its library from there"
	has_line "  to fix   unset PYTHONHOME"
}

@test "what is asked for and not installed: a pin, and the global file behind it" {
	pin 3.11
	printf '3.9.9\n3.12.1\n' >"$PYVERN_ROOT/version"
	run -1 pyvern doctor
	has_line "! pin      3.11 is not installed"
	has_line "  because  asked by $T/project/.python-version:1"
	has_line "! global   $PYVERN_ROOT/version:1 asks for 3.9.9, which is not installed"
	rm .python-version
	run -1 pyvern doctor
	has_line "! pin      3.9.9 is not installed"
	[[ $output != *"! global"* ]]
}

@test "pyenv.md 10: libraries, their headers, and one command for all of them" {
	printf '%s\n' openssl/ssl.h -lbz2 tk.h >"$T/lacks"
	[ "$(id -u)" -eq 0 ] && sudo= || sudo="sudo "
	run -1 pyvern doctor -c
	has_line "! ssl      the header openssl/ssl.h is not there: Pythons built here have no ssl, and so no working pip"
	has_line "! bz2      bzlib.h is there, and its library is not: Pythons built here have no bz2"
	has_line "  to fix   ${sudo}apt install libssl-dev libbz2-dev"
	has_line "= tk       the header tk.h is not there: Pythons built here have no tkinter"
	has_line "  to change   ${sudo}apt install tk-dev"
	[[ $output != *"root"* ]]
	# What is only a pity is no failure.
	echo tk.h >"$T/lacks"
	run -0 pyvern doctor --cpython
	run -0 pyvern doctor --all
	has_line "= tk       the header tk.h is not there: Pythons built here have no tkinter"
}

@test "for a version: what its modules use, and nothing else" {
	printf '%s\n' lzma.h uuid/uuid.h sqlite3.h >"$T/lacks"
	run -1 pyvern doctor 3.13
	has_line "! sqlite3  the header sqlite3.h is not there: a 3.13 built here has no sqlite3"
	has_line "= lzma     the header lzma.h is not there: a 3.13 built here has no lzma"
	[[ $output != *"root"* ]]
	run -1 pyvern doctor 3.6.15
	[[ $output == *'a 3.6.15 built here has no lzma'* && $output != *uuid* ]]
	run -1 pyvern doctor 2.7
	[[ $output == *'a 2.7 built here has no sqlite3'* && $output != *lzma* ]]
	run -2 pyvern doctor pypy3.10
	[[ $output == *'pypy3.10 is not built here: only CPython is'* ]]
	run -2 pyvern doctor ../x
	run -2 pyvern doctor 3.13 3.12
}

@test "what pkg-config knows is tried" {
	echo '-lssl -lcrypto' >"$T/lacks"
	printf '#!/bin/sh\ncase $* in *openssl) echo -L/opt/ssl -lssl ;; *) exit 1 ;; esac\n' \
		>"$T/tools/pkg-config"
	run -0 pyvern doctor -c
	grep -q -- "-o try -L/opt/ssl -lssl" "$T/cc.log"
}

@test "no compiler, one that makes nothing, and what CC and flags say" {
	CC=no-such-cc run -1 pyvern doctor -c
	has_line "! compiler   there is no C compiler: no no-such-cc on PATH: nothing can be built"
	printf '#!/bin/sh\necho "cc: fatal error: out of luck" >&2\nexit 1\n' >"$T/tools/cc"
	run -1 pyvern doctor -c
	has_line "! compiler   $T/tools/cc cannot make a program: nothing can be built"
	has_line "  because  cc: fatal error: out of luck"
	[[ $output == *"apt install build-essential"* ]]
	CFLAGS=-O9 run -1 pyvern doctor -c
	[[ $output != *"apt install"* ]]
}

@test "flags reach the compiler, and --verbose shows what it says" {
	printf '#!/bin/sh\necho "cc was here"\necho "$*" >>"%s"\n' "$T/cc.log" >"$T/tools/cc"
	CC="cc -m64" CPPFLAGS="-I/opt/a -I/opt/b" LDFLAGS=-L/opt/l run -0 pyvern doctor -c -v
	grep -q -- "^-m64 -I/opt/a -I/opt/b try.c -o try -L/opt/l -lssl -lcrypto" "$T/cc.log"
	[[ $output == *"cc was here"* ]]
	run -0 pyvern doctor -c --verbose
	run -0 pyvern doctor -c
	[[ $output != *"cc was here"* ]]
}

@test "nothing is left of the tiny programs" {
	mkdir "$T/tmp"
	TMPDIR=$T/tmp run -0 pyvern doctor -c
	[ -z "$(ls -A "$T/tmp")" ]
}

@test "the machine's own compiler is understood" {
	rm "$T/tools/"*
	command -v cc >/dev/null || skip "there is no cc"
	run pyvern doctor -c
	[[ $output == *"= build    "*/cc" makes programs"* ]]
	echo '#error no' >"$T/bad.h"
	CPPFLAGS="-include $T/bad.h" run -1 pyvern doctor -c
	[[ $output == *"cannot make a program"*"because  "*"#error no"* ]]
}

@test "pyenv.md 10: options about what is not built here are refused with the reason" {
	for option in -j --jython -p --pypy -s --stackless; do
		run -2 pyvern doctor "$option"
		[[ $output == *" is not "* ]]
	done
	run -2 pyvern doctor word
}

@test "--json" {
	mkdir -p "$PYVERN_ROOT/versions/3.10.1/lib"
	run -1 --separate-stderr pyvern doctor --json
	is_json "d['schema'] == 1 and d['problems'] == 1"
	is_json "('versions', 'problem', '3.10.1', 'pyvern uninstall --yes 3.10.1') in [
		(f['check'], f['state'], f['subject'], f['fix']) for f in d['findings']]"
	is_json "[f['fix'] for f in d['findings'] if f['check'] == 'build'] == [None]"
}
