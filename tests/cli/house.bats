#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The house itself: layers, and what the programs are linked with.

bin=$PYVERN_TEST_STAGE/bin
libexec=$PYVERN_TEST_STAGE/libexec/pyvern
check=$PYVERN_TEST_SOURCE/build-aux/check-modules.sh

sanitized() {
	grep -q '^SANITIZE_FLAGS = .*-fsanitize' "$PYVERN_TEST_BUILD/Makefile"
}

make_tree() {
	mkdir -p "$BATS_TEST_TMPDIR"/tree/{src/base,src/core,src/supply,shims,plugins,share,tests}
	cd "$BATS_TEST_TMPDIR/tree"
	printf '%s\n' '# table' 'base/str ground' 'core/store daily' 'supply/fetch heavy' >src/modules.txt
	echo '#include "base/str.h"' >src/core/store.c
}

@test "every module includes only modules before it" {
	run sh "$check" "$PYVERN_TEST_SOURCE"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "the module check accepts a good tree" {
	make_tree
	run sh "$check" .
	[ "$status" -eq 0 ]
}

@test "the module check sees an include of a later module" {
	make_tree
	echo '#include "core/store.h"' >src/base/str.c
	run sh "$check" .
	[ "$status" -ne 0 ]
	[[ $output == *"src/base/str.c:1: base/str includes core/store, a module after it"* ]]
}

@test "the module check sees the heavy wing in the daily one" {
	make_tree
	printf '%s\n' '#include "base/str.h"' '#include "supply/fetch.h"' >shims/shim.c
	run sh "$check" .
	[ "$status" -ne 0 ]
	[[ $output == *"shims/shim.c:2: the daily wing includes supply/fetch, a heavy module"* ]]
}

@test "the module check sees a file that no module has" {
	make_tree
	echo >src/core/stray.c
	run sh "$check" .
	[ "$status" -ne 0 ]
	[[ $output == *"src/core/stray.c"* ]]
}

# src/core/*.c got src/core/config.h for autoconf's header, and none of its macros.
@test "the module check sees autoconf's header in quotes" {
	make_tree
	echo '#include "config.h"' >src/core/store.c
	echo '#include "config.h"' >tests/test_store.c
	run sh "$check" .
	[ "$status" -ne 0 ]
	[[ $output == *"src/core/store.c:1: autoconf's header is <config.h>"* ]]
	[[ $output == *"tests/test_store.c:1: autoconf's header is <config.h>"* ]]
}

@test "the module check sees an include that the table cannot place" {
	make_tree
	echo '#include "fetch.h"' >src/core/store.c
	run sh "$check" .
	[ "$status" -ne 0 ]
	[[ $output == *"src/core/store.c:1: includes fetch.h without its layer"* ]]
}

@test "pyvern links libc and nothing else" {
	sanitized && skip "sanitizers bring libraries of their own"
	run ldd "$bin/pyvern"
	[ "$status" -eq 0 ]
	# What remains beside the loader and the kernel's page must be libc alone.
	others=$(echo "$output" | grep -v -e 'linux-vdso' -e '/ld-' -e 'ld-musl' | awk '{print $1}')
	echo "$others"
	[ "$others" = libc.so.6 ] || [ -z "$others" ]
}

@test "the shim program is static" {
	sanitized && skip "sanitizers bring libraries of their own"
	run ldd "$libexec/pyvern-shim"
	[[ $output == *"not a dynamic executable"* || $output == *"statically linked"* ]]
}

@test "the unpacker has no network" {
	run ldd "$libexec/pyvern-unpack"
	[[ $output == *libarchive* ]]
	[[ $output != *libcurl* ]]
}
