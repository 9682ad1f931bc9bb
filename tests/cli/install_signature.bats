#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern install and signatures: who must have signed, what is kept, what is refused.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	# Of a series whose signer is known; the keys are ours.
	unlisted_packages 'cpython 3.14.99'
	SOURCE=$PKG/Python-3.14.99.tar.gz
	mkdir "$PKG/signed" "$PKG/other"
	"$PYVERN_TEST_BUILD/tests/lib/make-signed" "$PKG/signed" hugo@python.org "$SOURCE" \
		https://github.com/login/oauth
	"$PYVERN_TEST_BUILD/tests/lib/make-signed" "$PKG/other" thomas@python.org "$SOURCE" \
		https://github.com/login/oauth
	export SOURCE
}

setup() {
	own_root
	mkdir "$T/files"
	cp "$SOURCE" "$T/files/"
	FILE=$T/files/Python-3.14.99.tar.gz
	export PYVERN_TRUSTED_ROOT=$PKG/signed/root.json
}

@test "a bundle beside the file is verified, kept, and told" {
	cp "$PKG/signed/artifact.sigstore" "$FILE.sigstore"
	for option in "" --require-signature; do
		# shellcheck disable=SC2086 # none, or one
		run_pyvern 0 install -f $option --from "$FILE"
		has "by hugo@python.org (Sigstore)"
		cmp "$FILE.sigstore" "$PYVERN_ROOT/versions/3.14.99/.pyvern/signature.sigstore.json"
		python3 - "$PYVERN_ROOT/versions/3.14.99/.pyvern/receipt.json" <<-'PYTHON'
			import json, sys
			found = json.load(open(sys.argv[1]))["signature"]
			assert found["kind"] == "sigstore" and found["identity"] == "hugo@python.org"
			assert found["issuer"] == "https://github.com/login/oauth"
			assert found["entry"] == 1004 and found["time"] == "2025-06-15 15:06:40 UTC"
		PYTHON
	done
}

@test "a bad one ends it, whether it was asked for or not" {
	cp "$PKG/other/artifact.sigstore" "$FILE.sigstore"
	for option in "" --require-signature; do
		# Another manager's, under the right keys.
		# shellcheck disable=SC2086 # none, or one
		PYVERN_TRUSTED_ROOT=$PKG/other/root.json run_pyvern 5 install $option --from "$FILE"
		has "the signature of 3.14.99 does not hold: identity: it was signed by thomas@python.org"
		nothing_made
	done
	# The right manager's, under keys that are not trusted.
	cp "$PKG/signed/artifact.sigstore" "$FILE.sigstore"
	PYVERN_TRUSTED_ROOT='' run_pyvern 5 install --from "$FILE"
	has "is not a log of the trusted root"
	# Of another file.
	printf x >>"$FILE"
	run_pyvern 5 install --from "$FILE"
	has "digest: the bundle is of another artifact"
	PYVERN_TRUSTED_ROOT=here.json run_pyvern 2 install --from "$FILE"
	nothing_made
}

@test "required, and there is none" {
	run_pyvern 5 install --require-signature --from "$FILE"
	has "3.14.99 has no signature that could be verified: there is none beside it"
	nothing_made
	PYVERN_REQUIRE_SIGNATURE=1 run_pyvern 5 install --from "$FILE"
	has "3.14.99 has no signature"
	nothing_made
	run_pyvern 0 install --from "$FILE"
	grep -q '"signature": null' "$PYVERN_ROOT/versions/3.14.99/.pyvern/receipt.json"
	[ ! -e "$PYVERN_ROOT/versions/3.14.99/.pyvern/signature.sigstore.json" ]
}

@test "a series whose signer nobody knows" {
	cp "$SOURCE" "$T/files/Python-9.9.9.tar.gz"
	cp "$PKG/signed/artifact.sigstore" "$T/files/Python-9.9.9.tar.gz.sigstore"
	run_pyvern 5 install --from "$T/files/Python-9.9.9.tar.gz"
	has "nobody is known to sign CPython 9.9"
	nothing_made
}
