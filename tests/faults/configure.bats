#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What configure says on a machine that has not everything.

configure() {
	cd "$BATS_TEST_TMPDIR" || return
	run env -u CURL_LIBS -u ARCHIVE_LIBS -u CRYPTO_LIBS -u JANSSON_LIBS "$@" \
		"$PYVERN_TEST_SOURCE/configure"
	[ "$status" -eq 1 ]
}

@test "missing libraries are said at once, with their packages" {
	configure PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH=
	for library in libcurl libarchive libcrypto jansson; do
		[[ $output == *$'\n'"  $library >= "*": "* ]]
	done
	[[ $output == *"Debian libcurl4-openssl-dev, Fedora libcurl-devel, Alpine curl-dev, Homebrew curl"* ]]
	[[ $output == *"./quickstart installs what is needed"* ]]
}

@test "a library that is too old is told with its version" {
	mkdir "$BATS_TEST_TMPDIR/pc"
	printf '%s\n' 'Name: jansson' 'Description: old' 'Version: 2.3' >"$BATS_TEST_TMPDIR/pc/jansson.pc"
	configure PKG_CONFIG_PATH="$BATS_TEST_TMPDIR/pc"
	[[ $output == *$'\n'"  jansson >= 2.12 (here is 2.3): "* ]]
	[[ $output != *"libcurl >= 7.76: "* ]]
}

@test "without pkg-config it is named first" {
	configure PKG_CONFIG=/nonexistent
	[[ $output == *"these are missing:"*" pkg-config: "*" libcurl >= "* ]]
}

@test "without a compiler the packages that have one are named" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in /usr/bin/* /bin/*; do
		case ${tool##*/} in
		*cc | *cc-[0-9]* | *clang* | c89* | c99*) ;;
		*) ln -sf "$tool" "$BATS_TEST_TMPDIR/bin/" ;;
		esac
	done
	configure -u CC PATH="$BATS_TEST_TMPDIR/bin"
	[[ $output == *"there is no C compiler:"*"Debian gcc libc6-dev"* ]]
}
