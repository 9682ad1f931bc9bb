#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The house itself: layers, and what the programs are linked with.

bin=$PYVERN_TEST_STAGE/bin
libexec=$PYVERN_TEST_STAGE/libexec/pyvern
check=$PYVERN_TEST_SOURCE/build-aux/check-modules.sh

sanitized() {
	[ -n "$PYVERN_TEST_SANITIZERS" ]
}

make_tree() {
	mkdir -p "$BATS_TEST_TMPDIR"/tree/{src/base,src/core,src/supply,shims,plugins,share,tests}
	cd "$BATS_TEST_TMPDIR/tree" || return
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

# Was the flag asked of the compiler or linker (configure leaves out what they do
# not know, and all of it for --disable-hardening and sanitizers)?
hardened() { # FLAG
	[[ " $PYVERN_TEST_HARDENING " == *" $1 "* ]]
}

# The bytes that the kernel maps from a program's file.
loaded_bytes() { # PROGRAM
	local sum=0 size
	while read -r _ _ _ _ size _; do
		sum=$((sum + size))
	done < <(readelf -lW "$1" | grep '^ *LOAD')
	echo "$sum"
}

@test "the dynamic programs are hardened" {
	command -v readelf >/dev/null || skip "no readelf"
	[[ $PYVERN_TEST_HARDENING == *-* ]] || skip "configured without hardening"
	for program in "$bin/pyvern" "$libexec/pyvern-install" "$libexec/pyvern-unpack"; do
		echo "$program"
		headers=$(readelf -hlW "$program")
		dynamic=$(readelf -dW "$program")
		symbols=$(readelf -W --dyn-syms "$program")
		if hardened -pie; then
			# Its addresses are random.
			[[ $headers == *"Type:"*"DYN"* ]]
			[[ $dynamic == *"FLAGS_1"*"PIE"* ]]
		fi
		if hardened -Wl,-z,now; then
			# Full RELRO: all is bound at start, then read-only.
			[[ $headers == *GNU_RELRO* ]]
			[[ $dynamic == *BIND_NOW* || $dynamic == *"FLAGS_1"*NOW* ]]
		fi
		if hardened -Wl,-z,noexecstack; then
			grep -q 'GNU_STACK.* RW ' <<<"$headers"
		fi
		if hardened -fstack-protector-strong; then
			[[ $symbols == *__stack_chk_fail* ]]
		fi
		# glibc's checked functions; other C libraries have none.
		if hardened -D_FORTIFY_SOURCE=3 && [[ $symbols == *GLIBC_* ]]; then
			grep -qE '__[a-z]+_chk@' <<<"${symbols//__stack_chk/}"
		fi
		# Landing pads for indirect jumps (x86-64, endbr64). The note that turns the check on
		# is the linker's, which adds it only when the C library's start has them, too.
		if hardened -fcf-protection && [ "$(uname -m)" = x86_64 ]; then
			pads=$(LC_ALL=C grep -aoP '\xf3\x0f\x1e\xfa' "$program" | wc -l)
			echo "$pads landing pads"
			[ "$pads" -ge 50 ]
		fi
	done
}

# configure says which kind: bare (no C library under it), static, or dynamic.
@test "the shim program is of the kind that configure chose" {
	command -v readelf >/dev/null || skip "no readelf"
	headers=$(readelf -hlW "$libexec/pyvern-shim")
	symbols=$(readelf -sW "$libexec/pyvern-shim")
	echo "$PYVERN_TEST_SHIM"
	echo "$headers"
	case $PYVERN_TEST_SHIM in
	bare)
		grep -qE '^ +(INTERP|DYNAMIC|TLS)' <<<"$headers" && false
		[[ $symbols == *bare_start* ]]
		grep -E '__libc_|_IO_|malloc|printf|locale|pthread| UND [^ ]' <<<"$symbols" && false
		;;
	static)
		grep -qE '^ +(INTERP|DYNAMIC)' <<<"$headers" && false
		[[ $symbols != *bare_start* ]]
		;;
	dynamic)
		grep -qE '^ +INTERP' <<<"$headers"
		;;
	*)
		false
		;;
	esac
	sanitized || grep -q 'GNU_STACK.* RW ' <<<"$headers"
}

# It is mapped at every start of every Python. A static one is mostly the C
# library's start, which differs: measured against a program that has nothing
# else. Our part has been 28 KiB bare and 39 KiB static; stdio or a resolver,
# pulled in by one careless call, would be more than this.
shim_bytes_max=$((64 * 1024))

@test "the shim program is small" {
	command -v readelf >/dev/null || skip "no readelf"
	sanitized && skip "sanitizers are large"
	cd "$BATS_TEST_TMPDIR"
	empty=0
	if [ "$PYVERN_TEST_SHIM" != bare ]; then
		echo 'int main(void) { return 0; }' >empty.c
		# shellcheck disable=SC2086 # a command with its words
		$PYVERN_TEST_CC -static -o empty empty.c || skip "no static C library"
		empty=$(loaded_bytes empty)
		[ "$empty" -gt 0 ]
	fi
	ours=$(loaded_bytes "$libexec/pyvern-shim")
	echo "shim $ours, empty program $empty"
	[ "$ours" -gt 0 ]
	[ "$ours" -le $((empty + shim_bytes_max)) ]
}

@test "the unpacker has no network" {
	run ldd "$libexec/pyvern-unpack"
	[[ $output == *libarchive* ]]
	[[ $output != *libcurl* ]]
}

@test "what the threat model says is shown by a test is shown by one" {
	local doc=$PYVERN_TEST_SOURCE/docs/threat-model.md file name count=0
	# shellcheck disable=SC2016 # Markdown's backticks
	while IFS='|' read -r file name; do
		[ -f "$PYVERN_TEST_SOURCE/$file" ] || {
			echo "$file is not there"
			return 1
		}
		[ -z "$name" ] || grep -qF "@test \"$name\"" "$PYVERN_TEST_SOURCE/$file" || {
			echo "$file has no test \"$name\""
			return 1
		}
		count=$((count + 1))
	done < <(grep -oE '`tests/[a-z]+/[a-z_-]+\.bats`( "[^"]+")?' "$doc" |
		sed -E 's/^`([^`]+)`( "(.*)")?$/\1|\3/')
	[ "$count" -ge 40 ]
}
