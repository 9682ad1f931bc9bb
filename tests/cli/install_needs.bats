#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a build needs is looked for before it begins, and before anything is downloaded.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'cpython 2.7.99' 'cpython 9.9.1' 'cpython 9.8.1'
}

# A compiler that finds no header of $T/absent, and a package manager that brings all.
setup() {
	own_root
	mkdir "$T/bin"
	: >"$T/absent"
	# All that this machine may lack is there, but for what the test takes away.
	cat >"$T/bin/cc" <<-'END'
		#!/bin/sh
		if [ -e try.c ]; then
			while read -r header; do
				grep -q "$header" try.c && exit 1
			done <"$T/absent"
			exit 0
		fi
		exec gcc "$@"
	END
	printf '#!/bin/sh\necho "$@" >>"$T/apt.log"\n[ ! -e "$T/broken" ] || exit 100\n: >"$T/absent"\n' \
		>"$T/bin/apt"
	printf '#!/bin/sh\nexec "$@"\n' >"$T/bin/sudo"
	chmod 755 "$T/bin"/*
	export PATH=$PYVERN_TEST_STAGE/bin:$T/bin:/usr/bin:/bin CC=$T/bin/cc
	command -v gcc >/dev/null || skip "gcc is absent"
}

nothing_done() {
	[ -z "$(ls -A "$PYVERN_ROOT/versions" 2>/dev/null)" ]
	[ -z "$(find "$PYVERN_ROOT/cache" -name '*Python*' 2>/dev/null)" ]
}

@test "without ssl or zlib no build begins: what is lost, what is missing, what brings it" {
	printf '%s\n' openssl/ssl.h sqlite3.h >"$T/absent"
	run_pyvern 1 install 9.9.1
	[[ $output == *'9.9.1: it would have no ssl, and so no working pip: libssl-dev is not installed'* ]]
	[[ $output == *'also     no sqlite3 (libsqlite3-dev)'* ]]
	[[ $output == *'apt install libssl-dev libsqlite3-dev, or --install-deps, or --without ssl'* ]]
	[[ $output != *download* ]]
	nothing_done
	echo zlib.h >"$T/absent"
	run_pyvern 1 install 9.9.1
	[[ $output == *'no zlib, and so no pip: zlib1g-dev is not installed'* ]]
}

@test "by one's own word: --without" {
	printf '%s\n' openssl/ssl.h zlib.h >"$T/absent"
	run_pyvern 1 install --without ssl 9.9.1
	[[ $output == *zlib1g-dev* && $output != *libssl-dev* ]]
	run_pyvern 2 install --without openssl 9.9.1
	[[ $output == *'openssl is none of the libraries'* ]]
	nothing_done
	run_pyvern 0 install --without ssl,zlib 9.9.1
	[[ $output == *'+ 9.9.1'* ]]
}

@test "of others it warns, and of what a version does not use it says nothing" {
	printf '%s\n' sqlite3.h lzma.h ffi.h tk.h >"$T/absent"
	run_pyvern 0 install 9.9.1
	[[ $output == *'! 9.9.1'*'it will have no sqlite3 (libsqlite3-dev), no ctypes (libffi-dev), no lzma (liblzma-dev)'* ]]
	[[ $output != *tkinter' ('* ]]
	run_pyvern 0 install 2.7.99
	[[ $output == *'it will have no sqlite3 (libsqlite3-dev)'* && $output != *liblzma-dev* ]]
	echo openssl/ssl.h >"$T/absent"
	PYTHON_CONFIGURE_OPTS=--with-openssl=/elsewhere run_pyvern 0 install 9.8.1
}

# (Tk is for desktops: who wants it reads it in the summary.) The headers that CPython's modules include.
@test "each library that is missing is the one that is named" {
	command -v apt >/dev/null || skip "the names are Debian's"
	while read -r header package; do
		echo "$header" >"$T/absent"
		rm -rf "${PYVERN_ROOT:?}/versions"
		status=0
		output=$(pyvern install 9.9.1 </dev/null 2>&1) || status=$?
		echo "$header: $status: $output"
		[ "$(grep -o '[a-z0-9]*-dev' <<<"$output" | sort -u)" = "$package" ]
		case $header in
		openssl/ssl.h | "<zlib.h") [ "$status" -eq 1 ] ;;
		*) [ "$status" -eq 0 ] ;;
		esac
	done <<-END
		openssl/ssl.h libssl-dev
		<zlib.h zlib1g-dev
		bzlib.h libbz2-dev
		sqlite3.h libsqlite3-dev
		readline/readline.h libreadline-dev
		<ffi.h libffi-dev
		lzma.h liblzma-dev
		uuid/uuid.h uuid-dev
		<curses.h libncurses-dev
		<tk.h
	END
}

@test "--install-deps: by this system's package manager, once for all, with --yes" {
	printf '%s\n' openssl/ssl.h lzma.h >"$T/absent"
	run_pyvern 2 install --install-deps 9.9.1
	[[ $output == *'--install-deps would ask, and nobody answers'* ]]
	[ ! -e "$T/apt.log" ]
	nothing_done
	run_pyvern 0 install --install-deps --yes 9.9.1 9.8.1
	[ "$(cat "$T/apt.log")" = '-y install libssl-dev liblzma-dev' ]
	[[ $output == *'+ 9.9.1'* && $output == *'+ 9.8.1'* ]]
}

@test "--install-deps: a package manager that fails" {
	echo openssl/ssl.h >"$T/absent"
	: >"$T/broken"
	run_pyvern 1 install --install-deps -y 9.9.1
	[[ $output == *'apt install libssl-dev failed (status 100)'* ]]
	nothing_done
}
