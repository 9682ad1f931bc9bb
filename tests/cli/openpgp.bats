#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Signatures with OpenPGP of CPython's sources, by gpgv and by sqv, with keys made here. What
# gpgv says, line by line, is in tests/unit/test_openpgp.c.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	command -v gpg >/dev/null || return 0
	packages 'cpython 3.13.99'
	# A socket's path is short, and its folder is the owner's alone.
	GNUPGHOME=$(mktemp -d)
	export GNUPGHOME
	for name in maker other; do
		gpg -q --batch --passphrase '' --quick-generate-key "$name <$name@tests.example>" ed25519 sign never
		gpg -q --batch --export "$name@tests.example" >"$PKG/$name.gpg"
		gpg -q --batch --armor --export "$name@tests.example" >"$PKG/$name.asc"
		gpg -q --batch --with-colons --list-keys "$name@tests.example" |
			awk -F: '$1 == "f" "pr" { print $10; exit }' >"$PKG/$name.finger"
		sign "$name" "$PKG/$name.sig"
	done
	echo other >"$PKG/other.txt"
	gpg -q --batch --armor --detach-sign -u maker@tests.example "$PKG/other.txt"
	sign maker "$PKG/weak.sig" --digest-algo SHA1
	sign maker "$PKG/text.sig" --textmode
	sign maker "$PKG/two.sig" -u other@tests.example
	# Signed before the key might: half a year into a key's life of a year.
	gpg -q --batch --passphrase '' --faked-system-time 20200101T000000 \
		--quick-generate-key "old <old@tests.example>" ed25519 sign 1y
	gpg -q --batch --with-colons --list-keys old@tests.example |
		awk -F: '$1 == "f" "pr" { print $10; exit }' >"$PKG/old.finger"
	gpg -q --batch --export old@tests.example >"$PKG/old.gpg"
	gpg -q --batch --armor --detach-sign --faked-system-time 20200701T000000 \
		-u old@tests.example -o "$PKG/old.sig" "$PKG/Python-3.13.99.tar.gz"
	SOURCE=Python-3.13.99.tar.gz
	DIGEST=$(sha256sum <"$PKG/$SOURCE" | cut -d' ' -f1)
	export SOURCE DIGEST
}

teardown_file() {
	[ -z "${GNUPGHOME-}" ] || {
		gpgconf --kill all 2>/dev/null
		rm -rf "$GNUPGHOME"
	}
}

# sign NAME FILE [OPTION...]
sign() {
	gpg -q --batch --armor --detach-sign --allow-weak-digest-algos "${@:3}" \
		-u "$1@tests.example" -o "$2" "$PKG/Python-3.13.99.tar.gz"
}

fingerprint() {
	cat "$PKG/$1.finger"
}

setup() {
	command -v gpg >/dev/null || skip "gpg, which makes keys, is absent"
	own_root
	# An installation whose table of keys is ours.
	cp -al "$PYVERN_TEST_STAGE" "$T/prefix" 2>/dev/null || cp -a "$PYVERN_TEST_STAGE" "$T/prefix"
	table=$T/prefix/share/pyvern/trust/openpgp.tsv
	rm "$table"
	keys maker
	PATH=$T/prefix/bin:/usr/bin:/bin
	mkdir "$T/server"
	cp "$PKG/$SOURCE" "$T/server/"
	export PYVERN_MIRROR="file://$T/server"
	kept=$PYVERN_ROOT/cache/$DIGEST.asc
}

# keys NAME [FROM UNTIL [BLOCK]]: 3.13 is signed with the key of NAME.
keys() {
	printf '# pyvern openpgp 1\nkey\t%s\t%s\t%s\tA Maker\t%s\nseries\t3.13\t%s\n' \
		"$(fingerprint "$1")" "${2--}" "${3--}" "${4-$(base64 -w0 <"$PKG/$1.gpg")}" \
		"$(fingerprint "$1")" >"$table"
}

# only PROGRAM: of the verifiers only this one is there; none without a word.
only() {
	local program
	mkdir -p "$T/bin"
	rm -f "$T/bin/"*
	for program in /usr/bin/* /bin/*; do
		case ${program##*/} in
		gpg* | sq*) ;;
		*) ln -sf "$program" "$T/bin/" ;;
		esac
	done
	[ -z "${1-}" ] || ln -s "$(command -v "$1")" "$T/bin/"
	export PATH=$T/prefix/bin:$T/bin
}

each_verifier() {
	local program found=no
	for program in gpgv sqv; do
		command -v "$program" >/dev/null || continue
		found=yes
		rm -rf "$PYVERN_ROOT/versions" "$PYVERN_ROOT/cache"
		echo "# with $program"
		only "$program"
		"$@" "$program"
		PATH=$T/prefix/bin:/usr/bin:/bin
	done
	[ "$found" = yes ] || skip "neither gpgv nor sqv is here"
}

one_that_holds() {
	cp "$PKG/maker.sig" "$T/server/$SOURCE.asc"
	run_pyvern 0 install --require-signature 3.13.99
	has "checked  sha256, signature"
	has "signed   by A Maker (OpenPGP)"
	cmp "$kept" "$PKG/maker.sig"
	cmp "$PYVERN_ROOT/versions/3.13.99/.pyvern/signature.asc" "$PKG/maker.sig"
	grep -q "\"fingerprint\": \"$(fingerprint maker)\"" "$PYVERN_ROOT/versions/3.13.99/.pyvern/receipt.json"
	rm "$T/server/$SOURCE.asc"
	run_pyvern 0 install --force --offline --require-signature 3.13.99
	has "(OpenPGP)"
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "one that holds: told, kept, used without a network" {
	each_verifier one_that_holds
}

those_that_do_not() {
	cp "$PKG/other.sig" "$T/server/$SOURCE.asc"
	run_pyvern 5 install 3.13.99
	has "the signature of 3.13.99 does not hold"
	nothing_made
	[ ! -e "$kept" ]
	# Of another file.
	cp "$PKG/other.txt.asc" "$T/server/$SOURCE.asc"
	run_pyvern 5 install 3.13.99
	has "the signature of 3.13.99 does not hold"
	nothing_made
	# What only begins as one.
	echo '-----BEGIN PGP SIGNATURE-----' >"$T/server/$SOURCE.asc"
	run_pyvern 5 install 3.13.99
	nothing_made
}

@test "those that do not: another's, another file's, none at all" {
	each_verifier those_that_do_not
}

# It reads what nobody vouches for yet.
@test "a verifier that is taken over can write nowhere but in a folder that goes" {
	command -v gpgv >/dev/null || skip "gpgv is absent"
	# landlock_create_ruleset, which tells its version.
	python3 -c 'import ctypes, sys
sys.exit(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) < 1)' ||
		skip "the kernel has no Landlock, or there is no python3 to ask it"
	only gpgv
	real=$(readlink "$T/bin/gpgv")
	rm "$T/bin/gpgv"
	# It holds only for one that has done all it could, and could not.
	cat >"$T/bin/gpgv" <<-SCRIPT
		#!/bin/bash
		echo mine >"\$GNUPGHOME/mine" || exit
		echo hers >"$HOME/hers" && exit 1
		echo hers >>"$PYVERN_ROOT/version" && exit 1
		rm -f "$T/precious" && exit 1
		mv "$T/precious" "\$GNUPGHOME/" && exit 1
		: >"$T/precious" && exit 1
		mkdir "$PYVERN_ROOT/versions/hers" && exit 1
		exec "$real" "\$@"
	SCRIPT
	chmod 755 "$T/bin/gpgv"
	mkdir "$PYVERN_ROOT/versions"
	echo precious >"$T/precious"
	cp "$PKG/maker.sig" "$T/server/$SOURCE.asc"
	run_pyvern 0 install --require-signature 3.13.99
	has "signed   by A Maker (OpenPGP)"
	[ "$(cat "$T/precious")" = precious ]
	[ "$(ls "$PYVERN_ROOT/versions")" = $'3.13\n3.13.99' ]
}

@test "what gpgv alone would let pass: weak digests, texts, two at once, keys that are not good then" {
	command -v gpgv >/dev/null || skip "gpgv is absent"
	for name in weak text two; do
		cp "$PKG/$name.sig" "$T/server/$SOURCE.asc"
		run_pyvern 5 install 3.13.99
		nothing_made
	done
	keys maker 2001-01-01T00:00:00Z 2001-12-31T00:00:00Z
	cp "$PKG/maker.sig" "$T/server/$SOURCE.asc"
	run_pyvern 5 install 3.13.99
	has "when the key of A Maker was not good"
	nothing_made
	# A key that has expired since, of a signature that was made before.
	keys old
	cp "$PKG/old.sig" "$T/server/$SOURCE.asc"
	run_pyvern 0 install 3.13.99
	has "signed   by A Maker (OpenPGP)"
	grep -q '"time": "2020-07-01 00:00:00 UTC"' "$PYVERN_ROOT/versions/3.13.99/.pyvern/receipt.json"
}

@test "a key that we have not: told what is needed; the user's file has it" {
	command -v gpgv >/dev/null || skip "gpgv is absent"
	cp "$PKG/maker.sig" "$T/server/$SOURCE.asc"
	keys maker - - -
	run_pyvern 0 install 3.13.99
	has "no signature: "
	has "a key would be needed (A Maker, $(fingerprint maker); the setting openpgp_keys)"
	rm -rf "$PYVERN_ROOT/versions"
	run_pyvern 5 install --require-signature 3.13.99
	has "$(fingerprint maker)"
	for file in maker.asc maker.gpg; do
		rm -rf "$PYVERN_ROOT/cache"
		PYVERN_OPENPGP_KEYS=$PKG/$file run_pyvern 0 install --force --require-signature 3.13.99
		has "signed   by A Maker (OpenPGP)"
	done
	# Any key in the user's file is not a key for the series.
	rm -rf "$PYVERN_ROOT/versions" "$PYVERN_ROOT/cache"
	cat "$PKG/maker.asc" "$PKG/other.asc" >"$T/both.asc"
	cp "$PKG/other.sig" "$T/server/$SOURCE.asc"
	PYVERN_OPENPGP_KEYS=$T/both.asc run_pyvern 5 install 3.13.99
	has "it was signed with $(fingerprint other), which is no key for 3.13"
	PYVERN_OPENPGP_KEYS=both.asc run_pyvern 5 install --require-signature 3.13.99
	has "no absolute path"
	nothing_made
}

@test "no verifier: told, and refused where a signature is required" {
	only
	cp "$PKG/maker.sig" "$T/server/$SOURCE.asc"
	run_pyvern 0 install 3.13.99
	has "for OpenPGP gpgv or sqv would be needed"
	rm -rf "$PYVERN_ROOT/versions"
	run_pyvern 5 install --require-signature 3.13.99
	has "gpgv or sqv"
	nothing_made
}

@test "the keys that are shipped are those whose fingerprints are shipped" {
	while IFS=$'\t' read -r kind finger _ _ _ block; do
		[ "$kind" = key ] && [ "$block" != - ] || continue
		[ "$(base64 -d <<<"$block" | gpg -q --batch --show-keys --with-colons 2>/dev/null |
			awk -F: '$1 == "f" "pr" { print $10; exit }')" = "$finger" ]
		shipped=yes
	done <"$PYVERN_TEST_STAGE/share/pyvern/trust/openpgp.tsv"
	[ "$shipped" = yes ]
}
