#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output, stderr and status
# How a source is built: options, what is kept of a configure, the first error.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'cpython 9.9.1' 'cpython 9.9.2' 'cpython 3.9.99' 'cpython 3.5.99' \
		'cpython 2.7.99' 'standalone 9.8.1 noise=1'
}

setup() {
	own_root
	export XDG_CACHE_HOME=$HOME/.cache
	mkdir "$T/bin"
	PATH=$PYVERN_TEST_STAGE/bin:$T/bin:/usr/bin:/bin
}

receipt() { # VERSION PATH: what the receipt says there, as JSON
	python3 - "$PYVERN_ROOT/versions/$1/.pyvern/receipt.json" "$2" <<-'END'
		import json, sys
		value = json.load(open(sys.argv[1]))
		for key in sys.argv[2].split("."):
		    value = value[key]
		print(json.dumps(value))
	END
}

answers() { # how many configures are remembered
	find "$PYVERN_ROOT/.answers" -type f | wc -l
}

configured() {
	receipt "$1" build.configure
}

@test "each option is a word of configure's, before those of the variables" {
	run_pyvern 0 install --without ssl --pgo --lto --jit --static 9.9.1
	[[ $(configured 9.9.1) == *" --enable-optimizations --with-lto --enable-experimental-jit --disable-shared"* ]]
	[[ $(configured 9.9.1) != *"--enable-shared"* ]]
	has 'how      --pgo, --lto, --jit, --static'
	[ "$(receipt 9.9.1 build.asked.options)" = '["--pgo", "--lto", "--jit", "--static"]' ]
	PYTHON_CONFIGURE_OPTS=--disable-shared run_pyvern 0 install --without ssl --shared 9.9.2
	[[ $(configured 9.9.2) == *" --enable-shared --disable-test-modules --disable-shared"* ]]
}

@test "--free-threaded is VERSIONt" {
	run_pyvern 0 install --without ssl --free-threaded 9.9.1
	has '+ 9.9.1t '
	[[ $(configured 9.9.1t) == *" --disable-gil"* ]]
	run_pyvern 0 install --without ssl --free-threaded 9.9.1t
	has '= 9.9.1t   installed'
	run_pyvern 3 install --free-threaded 3.9.99
	has 'free-threaded builds begin with CPython 3.13'
	cp "$PKG/Python-9.9.2.tar.gz" "$T/"
	run_pyvern 0 install --without ssl --free-threaded --from "$T/Python-9.9.2.tar.gz"
	has '+ 9.9.2t '
}

@test "an option of a source asks for a source, and says so where there is none" {
	run_pyvern 3 install --pgo 9.8.1
	has 'no source of 9.8.1 is known'
	has 'to fix    without --pgo'
	run_pyvern 2 install --lto --prebuilt 9.8.1
	has '--lto is for what is built from source, not for --prebuilt'
	run_pyvern 2 install --strip --from "$(echo "$PKG"/standalone-9.8.1*)" --prebuilt 9.8.1
	has '--strip is for what is built from source'
}

@test "what a source does not know yet, and what excludes each other, is refused at once" {
	run_pyvern 2 install --pgo 3.5.99
	has '--pgo: Python 3.5 does not know it yet'
	has 'because  it begins with 3.6'
	run_pyvern 2 install --jit 3.9.99
	has 'because  it begins with 3.13'
	run_pyvern 1 install --with-openssl "$T" 2.7.99
	has '--with-openssl: there is no OpenSSL in'
	mkdir -p "$T/ssl/include/openssl"
	: >"$T/ssl/include/openssl/ssl.h"
	run_pyvern 2 install --with-openssl "$T/ssl" 2.7.99
	has '--with-openssl: Python 2.7 does not know it yet'
	run_pyvern 2 install --shared --static 9.9.1
	has '--shared and --static exclude each other'
	run_pyvern 2 install --pgo --debug 9.9.1
	has 'exclude each other'
	run_pyvern 2 install --strip --debug-info 9.9.1
	has 'exclude each other'
	for n in 20 -1 x ''; do
		run_pyvern 2 install --nice "$n" 9.9.1
		has "--nice: $n is not a number from 0 to 19"
	done
	run_pyvern 0 install --without ssl --pgo 2.7.99
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "--with-openssl is made absolute" {
	mkdir -p "$HOME/ssl/include/openssl"
	: >"$HOME/ssl/include/openssl/ssl.h"
	run_pyvern 0 install --with-openssl ssl 9.9.1
	[[ $(configured 9.9.1) == *" --with-openssl=$HOME/ssl --with-openssl-rpath=auto"* ]]
}

@test "its own tests are left out, and that is named: by a word where configure knows one, else by hand" {
	run_pyvern 0 install --without ssl 3.9.99 9.9.1
	has "how      without Python's own tests (--tests keeps them)"
	[ "$(receipt 9.9.1 build.tests)" = false ]
	lib=$PYVERN_ROOT/versions/3.9.99/lib/python3.9
	[ ! -e "$lib/test" ]
	[ ! -e "$lib/unittest/test" ]
	[ ! -e "$lib/lib-dynload/_testcapi.so" ]
	[ -e "$lib/lib-dynload/_ssl.so" ]
	[ -d "$lib/unittest" ]
	[[ $(configured 3.9.99) != *--disable-test-modules* ]]
	[[ $(configured 9.9.1) == *" --disable-test-modules"* ]]
	for kept in --tests --debug; do
		run_pyvern 0 install --without ssl --force $kept 9.9.2
		has_not "Python's own tests"
		name=9.9.2
		[ $kept = --tests ] || name=9.9.2-debug
		find "$PYVERN_ROOT/versions/$name/lib" -name regrtest.py | grep .
		[[ $(configured $name) != *test-modules* ]]
	done
	run_pyvern 0 install --without ssl --force --debug --no-tests 9.9.2
	[[ $(configured 9.9.2-debug) == *" --disable-test-modules"* ]]
	# What is measured goes by them, and they are taken out afterwards.
	run_pyvern 0 install --without ssl --force --pgo 9.9.2
	[[ $(configured 9.9.2) != *test-modules* ]]
	[ ! -e "$PYVERN_ROOT/versions/9.9.2/lib/python9.9/test" ]
	PYTHON_CONFIGURE_OPTS=--enable-test-modules run_pyvern 0 install --without ssl --force 9.9.2
	has_not "Python's own tests"
	run_pyvern 2 install --force --tests --no-tests 9.9.2
}

@test "--strip: strip(1) gets what was linked, and is looked for before the download" {
	command -v gcc >/dev/null || skip "gcc is absent"
	printf '#!/bin/sh\necho "$@" >>"%s/strip.log"\n' "$T" >"$T/bin/strip"
	chmod 755 "$T/bin/strip"
	printf 'int main(void) { return 0; }\n' >"$T/one.c"
	gcc -o "$T/one" "$T/one.c"
	FAKE_PIP=$T/one run_pyvern 0 install --without ssl --strip 9.9.1
	run cat "$T/strip.log"
	[[ $output == "--strip-unneeded "*/bin/pip ]]
	mkdir "$T/few"
	ln -s /usr/bin/* "$T/few/"
	rm -f "$T/few"/*strip
	PATH=$PYVERN_TEST_STAGE/bin:$T/few run_pyvern 1 install --without ssl --strip 9.9.2
	has 'no strip(1) found, which --strip needs'
	[ -z "$(find "$PYVERN_ROOT/cache" -name '*9.9.2*')" ]
}

@test "no debug information is the default of ours, and named; -g anywhere keeps it" {
	run_pyvern 0 install --without ssl -v 9.9.1
	has 'around: CFLAGS_NODIST=-g0 '
	has 'no debug information (--debug-info keeps it)'
	[ "$(receipt 9.9.1 build.debug_info)" = false ]
	run_pyvern 0 install --without ssl -v --debug-info -f 9.9.1
	has 'around: CFLAGS_NODIST= '
	has_not 'no debug information'
	[ "$(receipt 9.9.1 build.debug_info)" = true ]
	PYTHON_CFLAGS='-O2 -ggdb3' run_pyvern 0 install --without ssl -v -f 9.9.1
	has 'around: CFLAGS_NODIST= '
	run_pyvern 0 install --without ssl -v 9.9.1-debug
	has 'around: CFLAGS_NODIST= '
	# pyenv's users find pyenv's builds.
	PYENV_ROOT=$T/pyenv
	export PYENV_ROOT
	unset PYVERN_ROOT
	mkdir -p "$PYENV_ROOT/catalog"
	ln -s "$PYVERN_TEST_STAGE/bin/pyvern" "$T/bin/pyenv"
	echo pyenv >"$PYENV_ROOT/face"
	cp "$PKG/fake.tsv" "$PYENV_ROOT/catalog/"
	run -0 pyenv install -v 9.9.1
	has 'around: CFLAGS_NODIST= '
	[ -e "$PYENV_ROOT/versions/9.9.1/lib/python9.9/test/regrtest.py" ]
}

@test "--nice and the time of the source are what make sees" {
	run_pyvern 0 install --without ssl -v --nice 7 9.9.1
	has " nice=$(($(nice) + 7)) "
	[[ $output =~ epoch=[0-9]+\  ]]
	SOURCE_DATE_EPOCH=77 run_pyvern 0 install --without ssl -v -f 9.9.1
	has ' epoch=77 '
	has " nice=$(nice) "
}

@test "no network is reached from a build, where the system can do that" {
	unshare -n true 2>/dev/null || unshare -rn true 2>/dev/null || skip "no namespaces here"
	run_pyvern 0 install --without ssl -v 9.9.1
	has ' nets=1 '
	[ "$(receipt 9.9.1 build.network)" = false ]
	CCACHE_PREFIX=distcc run_pyvern 0 install --without ssl -v -f 9.9.1
	[ "$(receipt 9.9.1 build.network)" = true ]
}

@test "ccache stands in for the compilers by their names, unless --fresh or another CC" {
	printf '#!/bin/sh\nexit 99\n' >"$T/bin/ccache"
	chmod 755 "$T/bin/ccache"
	run_pyvern 0 install --without ssl -v 9.9.1
	[[ $output =~ cc=$PYVERN_ROOT/.staging/[^\ ]*/masks/cc\  ]]
	has 'how  '
	has 'ccache'
	[ "$(receipt 9.9.1 build.ccache)" = true ]
	[ "$(receipt 9.9.1 build.compiler)" != '"ccache"' ]
	run_pyvern 0 install --without ssl -v -f --fresh 9.9.1
	has_not '/masks/cc '
	CCACHE_DISABLE=1 run_pyvern 0 install --without ssl -v -f 9.9.1
	has_not '/masks/cc '
	CC=$(command -v gcc) run_pyvern 0 install --without ssl -v -f 9.9.1
	has_not '/masks/cc '
	[ "$(receipt 9.9.1 build.ccache)" = false ]
}

@test "configure's answers are kept, until something changes that they depend on" {
	run_pyvern 0 install --without ssl -v 9.9.1
	has 'checking for an answer... 42'
	[ "$(answers)" -eq 1 ]
	grep -q ac_cv_answer "$PYVERN_ROOT/.answers"/*
	run_pyvern 0 install --without ssl -v -f 9.9.1
	has 'checking for an answer... (cached) 42'
	has 'kept answers of configure'
	# Options that change none of them, and those of another root's place.
	run_pyvern 0 install --without ssl -v -f --lto --static --no-tests 9.9.1
	has '(cached) 42'
	run_pyvern 0 install --without ssl -v -f --fresh 9.9.1
	has_not cached
	for change in CFLAGS=-O1 CPPFLAGS=-DX LDFLAGS=-s PYTHON_CONFIGURE_OPTS=--with-dtrace CC=gcc \
		PKG_CONFIG_PATH="$T"; do
		env "$change" pyvern install --without ssl -v -f 9.9.1 >"$T/said" 2>&1
		run cat "$T/said"
		has 'checking for an answer... 42'
	done
	# A package was installed: its program, its headers or its library.
	run_pyvern 0 install --without ssl -v -f 9.9.1
	has '(cached) 42'
	touch -d '1 hour ago' "$T/bin"
	run_pyvern 0 install --without ssl -v -f 9.9.1
	has_not cached
	# The site file of somebody else stays in force.
	echo 'ac_cv_answer=7' >"$T/site"
	CONFIG_SITE=$T/site run_pyvern 0 install --without ssl -v -f 9.9.1
	has '(cached) 7'
}

@test "of kept answers the oldest go" {
	mkdir -p "$PYVERN_ROOT/.answers"
	for i in $(seq 40); do
		touch -d "$((i + 1)) hours ago" "$PYVERN_ROOT/.answers/$(printf '%064d' "$i")"
	done
	run_pyvern 0 install --without ssl 9.9.1
	[ "$(answers)" -eq 32 ]
	[ ! -e "$PYVERN_ROOT/.answers/$(printf '%064d' 40)" ]
	[ -e "$PYVERN_ROOT/.answers/$(printf '%064d' 1)" ]
	chmod 777 "$PYVERN_ROOT/.answers"
	run_pyvern 0 install --without ssl -v -f 9.9.1
	has_not cached
}

@test "of a failure the first error is shown, its cause, and what brings a missing header" {
	FAKE_HEADER=bzlib.h run_pyvern 1 install --without ssl 9.9.1
	has 'first    one.c:3:10: fatal error: bzlib.h: No such file or directory'
	has 'make     other file 12'
	has "cause    a library's header is not found"
	if command -v apt >/dev/null; then has 'apt install libbz2-dev'; fi
	has 'log      '
	FAKE_FAIL=configure run_pyvern 1 install --without ssl 9.9.1
	has 'configure: error: no thing 11 here'
	has_not 'first '
	log=$(printf '%s\n' "$output" | sed -n 's/^  log  *//p')
	grep -q '^== configure:' "$log"
}

@test "--like: the same options, variables and patch once more" {
	printf -- '--- one.c\n+++ one.c\n@@ -0,0 +1 @@\n+int x;\n' >"$T/p"
	CFLAGS=-O1 PYTHON_CONFIGURE_OPTS="--with-x='a b'" MAKE_OPTS='-j1 V=1' \
		run -0 pyvern install --without ssl --lto --patch 9.9.1 <"$T/p"
	grep -q '+int x;' "$PYVERN_ROOT/versions/9.9.1/.pyvern/applied.patch"
	run_pyvern 0 install --without ssl --like 9.9.1
	has '= 9.9.1    installed'
	CFLAGS=-O3 PYTHON_CONFIGURE_OPTS=--no MAKE_OPTS=-x \
		run_pyvern 0 install --without ssl --like 9.9.1 9.9.2
	[[ $(configured 9.9.2) == *" --with-lto --disable-test-modules --with-x=a b"* ]]
	[ "$(receipt 9.9.2 build.CFLAGS)" = '"-O1"' ]
	[ "$(receipt 9.9.2 build.asked)" = "$(receipt 9.9.1 build.asked)" ]
	[ "$(receipt 9.9.2 build.asked.make)" = '["V=1"]' ]
	cmp "$PYVERN_ROOT/versions/9.9.1/.pyvern/applied.patch" "$PYVERN_ROOT/versions/9.9.2/.pyvern/applied.patch"
	run_pyvern 0 install --without ssl --force --like 9.9.2
	has '~ 9.9.2 '
}

@test "--like of what somebody built, of nothing, of an old receipt" {
	run_pyvern 0 install --prebuilt 9.8.1
	run_pyvern 0 install -f --like 9.8.1
	has '~ 9.8.1    standalone build'
	run_pyvern 3 install --like 9.7
	has '--like: 9.7 is not installed'
	run_pyvern 2 install --like 9.8.1 --from "$PKG/Python-9.9.1.tar.gz"
	has 'exclude each other'
	run_pyvern 0 install --without ssl 9.9.1
	sed -i 's/"asked"/"unasked"/' "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
	run_pyvern 1 install --like 9.9.1
	has 'its receipt does not tell how it was built'
	rm "$PYVERN_ROOT/versions/9.9.1/.pyvern/receipt.json"
	run_pyvern 1 install --like 9.9.1
	has 'how 9.9.1 was made is not known'
}

@test "what an old source needs today is patched, and said; a patch of the user's takes its place" {
	patches=$PYVERN_TEST_STAGE/share/pyvern/patches
	while IFS=$'\t' read -r version file; do
		[[ $version == '#'* ]] || grep -q '^diff --git a/' "$patches/$file"
	done <"$patches/patches.tsv"
	sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 3.9.2 "$T/old" >"$T/line"
	tar -C "$T" -xf "$T/old/Python-3.9.2.tar.gz"
	mkdir "$T/Python-3.9.2/Modules"
	# The lines around what it changes.
	sed -n 's/^ //p' "$patches/openssl3.patch" >"$T/Python-3.9.2/Modules/_ssl.c"
	tar -C "$T" -czf "$T/Python-3.9.2.tar.gz" Python-3.9.2
	run_pyvern 0 install --without ssl --keep --from "$T/Python-3.9.2.tar.gz"
	has 'how      with our openssl3.patch'
	grep -q SSL_OP_IGNORE_UNEXPECTED_EOF "$PYVERN_ROOT/sources/3.9.2/Python-3.9.2/Modules/_ssl.c"
	[ "$(receipt 3.9.2 build.patches)" = '"openssl3.patch"' ]
	cmp "$patches/openssl3.patch" "$PYVERN_ROOT/versions/3.9.2/.pyvern/applied.patch"
	# Another version is not given it by --like.
	run_pyvern 0 install --without ssl --like 3.9.2 9.9.1
	[ ! -e "$PYVERN_ROOT/versions/9.9.1/.pyvern/applied.patch" ]
	printf -- '--- one.c\n+++ one.c\n@@ -0,0 +1 @@\n+int x;\n' >"$T/p"
	run -0 pyvern install --without ssl -f --patch --from "$T/Python-3.9.2.tar.gz" <"$T/p"
	has_not 'openssl3.patch'
	[ "$(receipt 3.9.2 build.patches)" = null ]
	grep -q '+int x;' "$PYVERN_ROOT/versions/3.9.2/.pyvern/applied.patch"
}
