#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# python-build with definition files in pyenv's dialect (facts/pyenv.md 7).

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	unlisted_packages 'cpython 9.9.1' 'package thing-1.0' 'conda Miniconda3-py312_1-Linux'
}

setup() {
	own_root
	mkdir defs
	PYTHON="file://$PKG/Python-9.9.1.tar.gz#$(sum_of Python-9.9.1.tar.gz)"
	THING="file://$PKG/thing-1.0.tar.gz#$(sum_of thing-1.0.tar.gz)"
}

sum_of() {
	sha256sum "$PKG/$1" | cut -d' ' -f1
}

# define NAME: the definition defs/NAME from standard input.
define() {
	mkdir -p defs
	cat >"defs/$1"
}

build() {
	run --separate-stderr "-$1" python-build "${@:2}"
	printf '%s\n' "$output" "$stderr"
}

# Nothing was installed or left behind beside defs and what is named.
only() {
	local have
	have=$(find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tr '\n' ' ')
	echo "have: $have"
	[ "$have" = "$(printf '%s\n' defs "$@" | sort | tr '\n' ' ')" ]
}

@test "a definition as pyenv's are: tests, options, steps" {
	define 9.9.1 <<-END
		export PYTHON_BUILD_CONFIGURE_WITH_OPENSSL=1
		prefer_openssl3
		install_package "openssl-3.5.0" "https://example.org/openssl.tar.gz#$(sum_of thing-1.0.tar.gz)" mac_openssl --if has_broken_mac_openssl
		install_package "readline-8.2" "https://example.org/readline.tar.gz" mac_readline --if has_broken_mac_readline
		package_option python configure --with-word "--with-two=a b"
		if has_tar_xz_support; then
		  install_package "Python-9.9.1" "$PYTHON" enable_shared auto_tcltk standard verify_py99 copy_python_gdb symlink_version_suffix ensurepip
		else
		  install_package "Python-9.9.1" "https://example.org/no.tgz" standard
		fi
	END
	build 0 defs/9.9.1 a
	[ -z "$output" ]
	[ "$stderr" = "$(printf '%s\n' 'Installing Python-9.9.1...' \
		'WARNING: this version brings no pip' "Installed Python-9.9.1 to $HOME/a")" ]
	[ "$(a/bin/python --version)" = 'Python 9.9.1' ]
	grep -q -e "--with-word --with-two=a b" a/.pyvern/receipt.json
	grep -q '"provenance": "user-digest"' a/.pyvern/receipt.json
	only a
}

@test "found by path, in PYTHON_BUILD_DEFINITIONS, in a plugin, in PYTHON_BUILD_ROOT" {
	for place in one two "$PYVERN_ROOT/plugins/p/share/python-build" "$HOME/br/share/python-build"; do
		mkdir -p "$place"
		echo "echo at $place; install_package Python-9.9.1 $PYTHON" >"$place/mine"
		echo "x" >"$place/only-${place##*/}"
		mkdir "$place/patches"
	done
	export PYTHON_BUILD_ROOT=$HOME/br PYTHON_BUILD_DEFINITIONS=/nowhere:one::two
	while read -r place; do
		build 0 mine a
		[ "${stderr_lines[0]}" = "at $place" ]
		rm -r a "$place/mine"
	done <<-END
		one
		two
		$PYVERN_ROOT/plugins/p/share/python-build
		$HOME/br/share/python-build
	END
	build 2 mine a
	echo "echo here; install_package Python-9.9.1 $PYTHON" >mine
	build 0 mine a
	[ "${stderr_lines[0]}" = here ]
	build 0 --definitions
	grep -qx only-one <<<"$output"
	grep -qx only-two <<<"$output"
	[ "$(grep -cx only-python-build <<<"$output")" -eq 1 ]
	[ "$(grep -cx patches <<<"$output")" -eq 0 ]
	run -0 pyvern install --list
	grep -qx '  only-two' <<<"$output"
}

@test "what we have no implementation for is named before anything is done" {
	while IFS='|' read -r call expected; do
		define bad <<-END
			install_package thing-1.0 $THING
			$call
		END
		build 1 defs/bad a
		[[ $stderr == *"the definition $HOME/defs/bad: "*"$expected"*'BUILD FAILED'* ]]
		[[ $stderr != *Installing* ]]
		only
	done <<-END
		install_package Python-9.9.1 $PYTHON standard frobnicate|its step frobnicate of Python-9.9.1 is none that we have
		install_package x-1 $THING mac_openssl|its step mac_openssl of x-1
		install_jar jython-2.7 $THING jython|install_jar is no call that we have
		install_zip IronPython-2.7 $THING ironpython|install_zip is no call that we have
		install_hg pypy-dev $THING tip pypy_builder|install_hg is no call that we have
		install_svn x $THING|install_svn is no call that we have
		install_script thing $THING standard|go together
		install_package thing $THING anaconda|go together
		fix_the_world --now|it calls fix_the_world, which we do not have
		install_package Python-9.9.1|its call of install_package has not its words
		install_package ../x $THING|its call of install_package has not its words
		exit 7|it ended with status 7
		false|it ended with status 1
		kill -KILL \$\$|it ended with status 137
		install_package Python-9.9.1 ${PYTHON}0|is neither a SHA-256 nor an MD5
		install_package Python-9.9.1 ${PYTHON%%#*}#zz|is neither a SHA-256 nor an MD5
		install_package Python-9.9.1 http://example.org/x.tar.gz|by http without a SHA-256 could be any file
		install_package Python-9.9.1 "a b"|is no address
		install_package Python-9.9.1 $PYTHON; install_package Python-9.9.2 $PYTHON|it makes two Pythons
		install_package what-1 $PYTHON verify_py3_latest|it does not say which Python what-1 is
	END
	define none <<<':'
	build 1 defs/none a
	[[ $stderr == *"it calls nothing that installs"* ]]
}

@test "checksums: SHA-256 in any case, MD5, none with a warning, wrong ones refused" {
	upper=$(sum_of Python-9.9.1.tar.gz | tr a-f A-F)
	md5=$(md5sum "$PKG/Python-9.9.1.tar.gz" | cut -d' ' -f1)
	for sum in "#$upper" "#$md5"; do
		define x <<<"install_package Python-9.9.1 ${PYTHON%%#*}$sum"
		build 0 defs/x a
		[[ $stderr != *'nothing vouches'* ]]
		rm -r a
	done
	define x <<<"install_package Python-9.9.1 ${PYTHON%%#*}"
	build 0 defs/x a
	[[ $stderr == *"WARNING: nothing vouches for ${PYTHON%%#*}: the definition has no checksum of it"* ]]
	for sum in "${md5//[0-9]/0}" "${upper//[0-9]/0}"; do
		define x <<<"install_package Python-9.9.1 ${PYTHON%%#*}#$sum"
		build 1 defs/x b
		[[ $stderr == *BUILD\ FAILED* ]]
		only a
	done
}

@test "another package first: its own variables, and the Python finds it" {
	define both <<-END
		export THING_CONFIGURE_OPTS="--word 'two words'" THING_CFLAGS=-O9 CFLAGS=-g
		THING_MAKE_OPTS=WORD=up THING_MAKE_INSTALL_OPTS=INSTALL_WORD=down
		THING_CONFIGURE="./config --first" THING_MAKE_INSTALL_TARGET=install_sw
		package_option thing configure --own
		install_package thing-1.0 $THING standard
		package_option python configure --with-thing="\$PREFIX_PATH/lib"
		install_package Python-9.9.1 $PYTHON standard verify_py99
	END
	build 0 defs/both a
	cat a/lib/thing-1.0.txt
	grep -qx "words --first --prefix=$HOME/a --libdir=$HOME/a/lib --own --word two words" a/lib/thing-1.0.txt
	grep -qx 'CFLAGS -g -O9' a/lib/thing-1.0.txt
	grep -qx 'made up' a/lib/thing-1.0.txt
	grep -qx 'target install_sw down' a/lib/thing-1.0.txt
	grep -qx "prefix=$HOME/a" a/lib/pkgconfig/thing-1.0.pc
	[ "$(a/bin/python --version)" = 'Python 9.9.1' ]
	[[ $stderr == *'Installing thing-1.0...'*'Installing Python-9.9.1...'*"Installed Python-9.9.1 to $HOME/a" ]]
	# The stage's place is nowhere but in what tells how it was configured.
	grep -q -e "--with-thing=[^ ]*/dest$HOME/a/lib" a/.pyvern/receipt.json
	run -1 grep -rq 'python-build-' a --exclude-dir=.pyvern
}

@test "<PKG>_PREFIX_PATH is below PREFIX, or refused" {
	define sub <<-END
		THING_PREFIX_PATH=\$PREFIX_PATH/thing
		install_package thing-1.0 $THING
		install_package Python-9.9.1 $PYTHON
	END
	build 0 defs/sub a
	grep -qx "prefix $HOME/a/thing" a/thing/lib/thing-1.0.txt
	define out <<-END
		THING_PREFIX_PATH=$HOME/elsewhere
		install_package thing-1.0 $THING
	END
	build 1 defs/out b
	[[ $stderr == *"THING_PREFIX_PATH is $HOME/elsewhere, which is not in $HOME/b"* ]]
	only a
	PYTHON_MAKE_INSTALL_TARGET=altinstall build 1 defs/sub b
	[[ $stderr == *"PYTHON_MAKE_INSTALL_TARGET is not for Python-9.9.1"* ]]
}

@test "patches beside the definition, sorted, joined; -p is for the Python" {
	mkdir -p defs/patches/p/thing-1.0 defs/patches/p/Python-9.9.1
	printf '%s\n' 'diff --git a/source.txt b/source.txt' '--- a/source.txt' '+++ b/source.txt' '@@ -1,2 +1,2 @@' \
		'-first line' '+patched line' ' second line' >defs/patches/p/thing-1.0/0001-first.patch
	printf '%s\n' 'diff --git a/source.txt b/source.txt' '--- a/source.txt' '+++ b/source.txt' '@@ -1,2 +1,2 @@' \
		' patched line' '-second line' '+and again' >defs/patches/p/thing-1.0/0002-second.patch
	printf '%s\n' '--- Include/patchlevel.h' '+++ Include/patchlevel.h' '@@ -1 +1,2 @@' \
		' #define PY_VERSION "9.9.1"' '+/* from the definition */' >defs/patches/p/Python-9.9.1/x
	define p <<-END
		install_package thing-1.0 $THING
		install_package Python-9.9.1 $PYTHON
	END
	build 0 defs/p a
	[ "$(tail -n 2 a/lib/thing-1.0.txt)" = "$(printf '%s\n' 'patched line' 'and again')" ]
	grep -q 'from the definition' a/include/python9.9/patchlevel.h
	sed 's/from the definition/from stdin/' defs/patches/p/Python-9.9.1/x | {
		build 0 -p defs/p b
		grep -q 'from stdin' b/include/python9.9/patchlevel.h
		run -1 grep -q 'from the definition' b/include/python9.9/patchlevel.h
		grep -q 'and again' b/lib/thing-1.0.txt
	}
	echo nonsense >defs/patches/p/thing-1.0/0003
	printf '%s\n' '--- source.txt' '+++ source.txt' '@@ -1 +1 @@' '-nothing like it' '+x' >>defs/patches/p/thing-1.0/0003
	build 1 defs/p c
	[[ $stderr == *'the patch does not apply'* ]]
	only a b
}

@test "functions of its own: hooks and steps, in the source, with what they set" {
	define own <<-END
		before_install_package() {
			echo "before \$1 \${PWD##*/}"
			export FROM_HOOK="of \$1"
		}
		after_install_package() { echo "after \$1"; echo logged >&4; }
		build_package_mark() {
			mkdir -p "\$PREFIX_PATH/share"
			echo "\$1 at \$PREFIX_PATH" >"\$PREFIX_PATH/share/mark"
			mkdir "\$PREFIX_PATH/share/__pycache__"
			echo "where = '\$PREFIX_PATH'" >"\$PREFIX_PATH/share/m.py"
			echo "where = 1" >"\$PREFIX_PATH/share/same.py"
			touch "\$PREFIX_PATH/share/__pycache__"/{m.cpython-99,same.cpython-99,mm.cpython-99}.pyc
		}
		install_package thing-1.0 $THING standard mark
		install_package Python-9.9.1 $PYTHON standard verify_py99
	END
	build 0 defs/own a
	[[ $stderr == *'before thing-1.0 thing-1.0'*'after thing-1.0'*'before Python-9.9.1'*'after Python-9.9.1'* ]]
	grep -qx 'FROM_HOOK of thing-1.0' a/lib/thing-1.0.txt
	[ "$(cat a/share/mark)" = "thing-1.0 at $HOME/a" ]
	[ "$(cat a/share/m.py)" = "where = '$HOME/a'" ]
	# What was compiled of it says the old place.
	[ "$(ls a/share/__pycache__)" = "$(printf '%s\n' mm.cpython-99.pyc same.cpython-99.pyc)" ]
	# One that fails ends it all.
	for body in 'false' 'exit 3' 'nothing_like_it' 'kill -KILL $$'; do
		define fails <<-END
			build_package_mark() { $body; }
			install_package Python-9.9.1 $PYTHON standard mark verify_py99
		END
		build 1 defs/fails b
		[[ $stderr == *'build_package_mark of the definition: it '* ]]
		only a
	done
}

@test "copy, pypy: an unpacked tree; without a Python it is for a folder, too" {
	mkdir -p tree/pypy-9/bin tree/pypy-9/lib/python3.9/site-packages tree/pypy-9/include/python3.9
	echo x >tree/pypy-9/lib/python3.9/os.py
	sed -n '/^cat >"$top\/python.sh"/,/^END/p' "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" | sed '1d;$d' |
		sed 's/\\\$/$/g; s/\$version/3.9.9/g; s/@missing@//' >tree/pypy-9/bin/pypy3.9
	chmod 755 tree/pypy-9/bin/pypy3.9
	echo lib >tree/pypy-9/bin/libpypy3.so
	printf '#define PY_VERSION "3.9.9"\n#define PYPY_VERSION "9.0.0"\n' >tree/pypy-9/include/python3.9/patchlevel.h
	tar -C tree -czf pypy.tar.gz pypy-9
	define data <<<"install_package data-1 file://$HOME/pypy.tar.gz copy"
	build 0 defs/data a
	[ -x a/bin/pypy3.9 ]
	[ ! -e a/bin/python ]
	[ ! -e a/.pyvern ]
	define pypy3.9-9 <<<"install_package pypy-9 file://$HOME/pypy.tar.gz pypy"
	build 0 defs/pypy3.9-9 b
	[ "$(readlink b/bin/python)" = pypy3.9 ]
	[ "$(readlink b/lib/libpypy3.so)" = ../bin/libpypy3.so ]
	[ "$(b/bin/python --version)" = 'Python 3.9.9' ]
}

@test "install_script: conda's installers" {
	sum=$(sum_of Miniconda3-py312_1-Linux.sh)
	define mc <<-END
		case "\$(anaconda_architecture 2>/dev/null || true)" in
		"Linux-$(uname -m)")
			install_script "Miniconda3-py312_1" "file://$PKG/Miniconda3-py312_1-Linux.sh#$sum" "miniconda" verify_py312
			;;
		*)
			{ colorize 1 "ERROR"; echo ": not for \$(anaconda_architecture)"; } >&2
			exit 1
			;;
		esac
	END
	build 0 defs/mc a
	[ "$(head -n 1 a/bin/conda)" = "#!$HOME/a/bin/python" ]
	define wrong <<<"install_script M file://$PKG/Miniconda3-py312_1-Linux.sh#$sum miniconda verify_py311"
	build 1 defs/wrong b
	[[ $stderr == *'verify_py311 fails: what came is Python 3.12.4'* ]]
	only a
}

@test "install_git: a branch or a tag" {
	command -v git >/dev/null || skip "no git"
	mkdir repo
	tar -xzf "$PKG/Python-9.9.1.tar.gz" -C repo --strip-components=1
	git -C repo init -q -b main
	git -C repo add -A
	git -C repo -c user.name=x -c user.email=x@example.org commit -qm one
	git -C repo tag v1
	define dev <<<"install_git Python-9.9-dev file://$HOME/repo v1 standard verify_py99"
	build 0 defs/dev a
	[[ $stderr == *"Cloning file://$HOME/repo..."*"Installed Python-9.9-dev to $HOME/a" ]]
	[ "$(a/bin/python --version)" = 'Python 9.9.1' ]
	grep -q '"provenance": "commit"' a/.pyvern/receipt.json
	grep -q "commit $(git -C repo rev-parse HEAD)" a/.pyvern/receipt.json
	define no <<<"install_git Python-9.9-dev file://$HOME/repo no-such-branch standard"
	build 1 defs/no b
	[[ $stderr == *"git cannot clone file://$HOME/repo"* ]]
}

@test "a free-threaded twin sources the plain one" {
	define 9.9.1 <<<"install_package Python-9.9.1 $PYTHON standard verify_py99"
	define 9.9.1t <<-'END'
		export PYTHON_BUILD_FREE_THREADING=1
		source "${BASH_SOURCE[0]%t}"
	END
	build 0 defs/9.9.1t a
	grep -q -e --disable-gil a/.pyvern/receipt.json
	build 0 -g defs/9.9.1 b
	grep -q -e --with-pydebug b/.pyvern/receipt.json
}

@test "texts of a definition stay texts" {
	define 'a $(touch hit) "b' <<-'END'
		install_package 'Python-9.9.1' "$URL" 'standard'
	END
	URL=$PYTHON build 0 'defs/a $(touch hit) "b' a
	[ -x a/bin/python ]
	rm -r a
	# CPython's makefiles break at such a PREFIX: nothing is built for it.
	URL=$PYTHON build 1 'defs/a $(touch hit) "b' 'out of $(touch hit2)'
	[[ $stderr == *'Python cannot be built for'* ]]
	only
	define quotes <<-END
		package_option python configure '\$(touch hit3)' '"; touch hit4 #' '*'
		install_package Python-9.9.1 $PYTHON
	END
	build 0 defs/quotes a
	[ ! -e hit3 ]
	[ ! -e hit4 ]
	grep -qF '$(touch hit3) \"; touch hit4 # *' a/.pyvern/receipt.json
}

@test "-k keeps the folders of all packages, and the log" {
	define both <<-END
		install_package thing-1.0 $THING
		install_package Python-9.9.1 $PYTHON
	END
	build 0 -k defs/both a
	[[ $stderr == *"The build folder is kept: $PYVERN_ROOT/sources/both" ]]
	[ -e "$PYVERN_ROOT/sources/both/thing-1.0/told" ]
	[ -e "$PYVERN_ROOT/sources/both/Python-9.9.1/Makefile" ]
	grep -q '^== make:' "$PYVERN_ROOT"/logs/both-*.log
	rm -r "$PYVERN_ROOT/logs"
	FAKE_FAIL=package-make build 1 -k defs/both b
	[[ $stderr == *"Inspect or clean up the working tree at $PYVERN_ROOT/sources/both"* ]]
	[ -e "$PYVERN_ROOT/sources/both/thing-1.0/told" ]
	only a
	build 0 defs/both c
	[[ $stderr != *kept* ]]
}
