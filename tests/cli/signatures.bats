#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Signatures by default: looked for where the archive came from, kept in the cache, carried in
# bundles. What a bundle of Sigstore's has to be is in tests/unit/test_sigstore.c.

bats_require_minimum_version 1.5.0
load ../lib/packages
load ../lib/nginx

builder=https://github.com/astral-sh/python-build-standalone
workflow=$builder/.github/workflows/release.yml
provenance=https://slsa.dev/provenance/v1
service=https://token.actions.githubusercontent.com

setup_file() {
	packages 'cpython 3.14.99'
	mkdir "$PKG/attested"
	{
		echo '# pyvern catalogue 1'
		PKG=$PKG/attested fake standalone 3.14.99 |
			sed "s,file://.*/attested,$builder/releases/download/20260101,"
		fake standalone 3.14.98
	} >"$PKG/build.tsv"
	SOURCE=Python-3.14.99.tar.gz
	DIGEST=$(sha256sum <"$PKG/$SOURCE" | cut -d' ' -f1)
	BUILD=$(cd "$PKG/attested" && echo standalone-3.14.99*)
	BUILD_DIGEST=$(sha256sum <"$PKG/attested/$BUILD" | cut -d' ' -f1)
	export SOURCE DIGEST BUILD BUILD_DIGEST
	sign signed hugo@python.org "$PKG/$SOURCE" https://github.com/login/oauth
	sign other thomas@python.org "$PKG/$SOURCE" https://github.com/login/oauth
	sign build "$workflow@refs/heads/main" "$PKG/attested/$BUILD" "$service" "$provenance"
}

# sign FOLDER IDENTITY FILE ISSUER [PREDICATE]: keys of their own in PKG/FOLDER.
sign() {
	mkdir -p "$PKG/$1"
	"$PYVERN_TEST_BUILD/tests/lib/make-signed" "$PKG/$1" "${@:2}"
}

setup() {
	own_root
	mkdir "$T/server"
	# Where the archives come from in these tests.
	cp "$PKG/$SOURCE" "$T/server/"
	export PYVERN_MIRROR="file://$T/server"
	export PYVERN_TRUSTED_ROOT=$PKG/signed/root.json
	kept=$PYVERN_ROOT/cache/$DIGEST.sigstore
}

teardown() {
	nginx_stop "$T/nginx"
}

# builds: from here on the catalogue has builds, and a mirror that has them.
builds() {
	cp "$PKG/build.tsv" "$PYVERN_ROOT/catalog/fake.tsv"
	cp "$PKG/attested/$BUILD" "$T/server/"
	export PYVERN_TRUSTED_ROOT=$PKG/build/root.json
	export PYVERN_ATTESTATION_SERVICE=file://$T/service/sha256:
	mkdir "$T/service"
}

# attest FILE...: the service has these statements of the build.
attest() {
	local text='' file
	for file; do text=$text${text:+,}"{\"bundle\":$(cat "$file"),\"repository_id\":1}"; done
	printf '{"attestations":[%s]}' "$text" >"$T/service/sha256:$BUILD_DIGEST"
}

@test "looked for where the archive came from, kept, and used without a network" {
	cp "$PKG/signed/artifact.sigstore" "$T/server/$SOURCE.sigstore"
	run_pyvern 0 install 3.14.99
	has "checked  sha256, signature"
	has "signed   by hugo@python.org (Sigstore)"
	cmp "$kept" "$T/server/$SOURCE.sigstore"
	rm -r "$T/server"
	run_pyvern 0 install --force --offline --require-signature 3.14.99
	has "signed   by hugo@python.org (Sigstore)"
	# What is kept is no file of its own, and goes with the archive.
	run_pyvern 0 cache list
	has "1 file,"
	run_pyvern 0 cache prune
	[ ! -e "$kept" ]
}

@test "there is none: told, and refused only where one is required" {
	run_pyvern 0 install 3.14.99
	has "checked  sha256; no signature: "
	grep -q '"signature": null' "$PYVERN_ROOT/versions/3.14.99/.pyvern/receipt.json"
	rm -rf "$PYVERN_ROOT/versions"
	run_pyvern 4 install --require-signature --offline 3.14.99
	has "3.14.99 has no signature that could be verified: "
	nothing_made
	run_pyvern 5 install --require-signature 3.14.99
	has "3.14.99 has no signature that could be verified"
	has "to fix"
	nothing_made
	PYVERN_REQUIRE_SIGNATURE=1 run_pyvern 5 install 3.14.99
	nothing_made
}

@test "a page that says that there is none is none" {
	echo '<html>404</html>' >"$T/server/$SOURCE.sigstore"
	run_pyvern 0 install 3.14.99
	has "checked  sha256; no signature: "
	[ ! -e "$kept" ]
}

@test "a bad one ends it, asked for or not, with the step, and is not kept" {
	cp "$PKG/other/artifact.sigstore" "$T/server/$SOURCE.sigstore"
	for option in "" --require-signature; do
		# shellcheck disable=SC2086 # none, or one
		PYVERN_TRUSTED_ROOT=$PKG/other/root.json run_pyvern 5 install $option 3.14.99
		has "the signature of 3.14.99 does not hold: identity: it was signed by thomas@python.org"
		nothing_made
		# Neither is the archive: else the next installation would not ask again.
		[ -z "$(find "$PYVERN_ROOT/cache" -maxdepth 1 -type f)" ]
	done
	# The shipped keys say how old they are: they may be the reason.
	PYVERN_TRUSTED_ROOT='' run_pyvern 5 install 3.14.99
	has "keys and certificates as of 20"
	has " ago"
	echo '{}' >"$T/server/$SOURCE.sigstore"
	run_pyvern 5 install 3.14.99
	nothing_made
}

@test "one that was spoilt in the cache is had anew; without a network it is refused" {
	cp "$PKG/signed/artifact.sigstore" "$T/server/$SOURCE.sigstore"
	pyvern install -q 3.14.99
	cp "$PKG/other/artifact.sigstore" "$kept"
	run_pyvern 5 install --force --offline 3.14.99
	has "does not hold"
	# Upstream is asked, also where the archive itself is in the cache: it has none here.
	run_pyvern 0 install --force 3.14.99
	has "the signature in the cache does not hold"
	has "no signature: "
	[ ! -e "$kept" ]
	rm -r "$PYVERN_ROOT/cache"
	run_pyvern 0 install --force 3.14.99
	has "signed   by hugo@python.org"
}

@test "from a web server with TLS, whose password is for it alone" {
	PATH=$PATH:/usr/sbin command -v nginx >/dev/null || skip "nginx is absent"
	mkdir -p "$T/nginx/www"
	cp "$PKG/$SOURCE" "$T/nginx/www/"
	printf 'somebody:%s\n' "$(openssl passwd -apr1 hush)" >"$T/nginx/passwords"
	printf 'location / { auth_basic x; auth_basic_user_file %s; }\n' "$T/nginx/passwords" >"$T/nginx/server.conf"
	nginx_start "$T/nginx"
	export PYVERN_MIRROR="https://somebody:hush@localhost:$NGINX_PORT/" PYVERN_CA_FILE=$NGINX_CA
	unset http_proxy https_proxy
	run_pyvern 0 install 3.14.99
	has "no signature: localhost has none"
	rm -rf "$PYVERN_ROOT/versions" "$PYVERN_ROOT/cache"
	cp "$PKG/signed/artifact.sigstore" "$T/nginx/www/$SOURCE.sigstore"
	run_pyvern 0 install --require-signature 3.14.99
	has "signed   by hugo@python.org (Sigstore)"
	[[ $output != *hush* ]]
	run -1 grep -rq hush "$PYVERN_ROOT"
	grep -q "GET /$SOURCE.sigstore HTTP/2.0\" 200" "$T/nginx/access.log"
	# Larger than any signature is.
	rm -rf "$PYVERN_ROOT/versions" "$PYVERN_ROOT/cache"
	{
		echo '{'
		head -c 2000000 /dev/zero | tr '\0' ' '
	} >"$T/nginx/www/$SOURCE.sigstore"
	run_pyvern 0 install 3.14.99
	has "no signature: localhost has none"
	nginx_stop "$T/nginx"
}

@test "attestations: by the workflow of the build's maker, from its service" {
	builds
	attest "$PKG/build/statement.json"
	run_pyvern 0 install --prebuilt 3.14.99
	has "checked  sha256, attestation"
	has "signed   by $workflow@refs/heads/main (Sigstore)"
	python3 - "$PYVERN_ROOT/versions/3.14.99/.pyvern/receipt.json" <<-'PYTHON'
		import json, sys
		found = json.load(open(sys.argv[1]))["signature"]
		assert found["kind"] == "attestation", found
		assert found["predicate"] == "https://slsa.dev/provenance/v1", found
	PYTHON
	rm -r "$T/service"
	run_pyvern 0 install --force --offline --require-signature 3.14.99
	has "checked  sha256, attestation"
}

@test "attestations that do not count" {
	builds
	run_pyvern 0 install --prebuilt 3.14.99
	has "no signature: "
	rm -rf "$PYVERN_ROOT/versions"
	run_pyvern 5 install --prebuilt --require-signature 3.14.99
	has "3.14.99 has no signature that could be verified"
	# Of another workflow, of another repository, of one whose name only begins so.
	for who in "$builder/.github/workflows/evil.yml@refs/heads/main" \
		"https://github.com/evil/python-build-standalone/.github/workflows/release.yml@refs/heads/main" \
		"$workflow.evil@refs/heads/main"; do
		sign wrong "$who" "$PKG/attested/$BUILD" "$service" "$provenance"
		attest "$PKG/wrong/statement.json"
		PYVERN_TRUSTED_ROOT=$PKG/wrong/root.json run_pyvern 5 install --prebuilt 3.14.99
		has "does not hold: identity: it was signed by $who"
		nothing_made
	done
	# By the workflow, of another kind: a bill of materials says nothing of where it was made.
	sign wrong "$workflow@refs/heads/main" "$PKG/attested/$BUILD" "$service" https://spdx.dev/Document
	attest "$PKG/wrong/statement.json"
	PYVERN_TRUSTED_ROOT=$PKG/wrong/root.json run_pyvern 5 install --prebuilt 3.14.99
	has "statement: it says https://spdx.dev/Document"
	# Somebody else vouched for it.
	sign wrong "$workflow@refs/heads/main" "$PKG/attested/$BUILD" https://evil.example "$provenance"
	attest "$PKG/wrong/statement.json"
	PYVERN_TRUSTED_ROOT=$PKG/wrong/root.json run_pyvern 5 install --prebuilt 3.14.99
	has "issuer: "
	# Of another file.
	sign wrong "$workflow@refs/heads/main" "$PKG/$SOURCE" "$service" "$provenance"
	attest "$PKG/wrong/statement.json"
	PYVERN_TRUSTED_ROOT=$PKG/wrong/root.json run_pyvern 5 install --prebuilt 3.14.99
	has "does not hold"
	nothing_made
}

@test "nobody signs it: told" {
	builds
	PYVERN_MIRROR='' run_pyvern 0 install --prebuilt 3.14.98
	has "checked  sha256; no signature: nobody signs it"
	rm -rf "$PYVERN_ROOT/versions"
	PYVERN_MIRROR='' run_pyvern 5 install --prebuilt --require-signature 3.14.98
	has "nobody signs it"
	has "--build"
	nothing_made
}

@test "a bundle carries them: required, and there is no network" {
	builds
	cat "$PKG/fake.tsv" >>"$PYVERN_ROOT/catalog/fake.tsv"
	sed -i '1!{/^#/d}' "$PYVERN_ROOT/catalog/fake.tsv"
	attest "$PKG/build/statement.json"
	run_pyvern 0 bundle create --require-signature --prebuilt 3.14.99 -o build.tar
	has "sha256, attestation"
	cp "$PKG/signed/artifact.sigstore" "$T/server/$SOURCE.sigstore"
	PYVERN_TRUSTED_ROOT=$PKG/signed/root.json run_pyvern 0 bundle create --build 3.14.99 -o source.tar
	has "sha256, signature"
	tar -tf build.tar | grep -qx "pyvern-bundle/signatures/$BUILD_DIGEST.sigstore"
	tar -xOf source.tar "pyvern-bundle/signatures/$DIGEST.sigstore" | cmp - "$PKG/signed/artifact.sigstore"
	# The same versions make the same bytes.
	sum=$(sha256sum <build.tar)
	pyvern bundle create -q --force --prebuilt 3.14.99 -o build.tar
	[ "$sum" = "$(sha256sum <build.tar)" ]
	# Another machine.
	rm -r "$PYVERN_ROOT" "$T/server" "$T/service"
	run_pyvern 0 install --require-signature --from build.tar 3.14
	has "checked  its attestation (sha256 $BUILD_DIGEST)"
	rm -r "$PYVERN_ROOT"
	PYVERN_TRUSTED_ROOT=$PKG/other/root.json run_pyvern 5 install --require-signature --from build.tar 3.14
	has "does not hold"
	nothing_made
	PYVERN_TRUSTED_ROOT=$PKG/signed/root.json run_pyvern 0 install --require-signature --from source.tar 3.14
	has "signature"
}

@test "a bundle whose signatures are of nothing in it is refused" {
	builds
	run_pyvern 5 bundle create --require-signature --prebuilt 3.14.99 -o none.tar
	mkdir -p "$XDG_CONFIG_HOME/pyvern"
	echo 'require standalone signature' >"$XDG_CONFIG_HOME/pyvern/policy"
	run_pyvern 5 bundle create --prebuilt 3.14.99 -o none.tar
	rm "$XDG_CONFIG_HOME/pyvern/policy"
	[ ! -e none.tar ]
	attest "$PKG/build/statement.json"
	pyvern bundle create -q --prebuilt 3.14.99 -o build.tar
	mkdir apart && tar -C apart -xf build.tar
	stray=signatures/$(printf '%064d' 0).sigstore
	for name in "$stray" "signatures/$BUILD_DIGEST" "signatures/$BUILD_DIGEST.other"; do
		python3 - apart/pyvern-bundle "$name" <<-'PYTHON'
			import hashlib, os, sys
			top, name = sys.argv[1:]
			open(os.path.join(top, name), "w").write("{}")
			path = os.path.join(top, "manifest")
			lines = [l for l in open(path) if "\tsignatures/" not in l]
			lines.append("%s\t2\t%s\n" % (hashlib.sha256(b"{}").hexdigest(), name))
			lines[1:] = sorted(lines[1:], key=lambda l: l.split("\t")[2])
			open(path, "w").writelines(lines)
			there = os.listdir(os.path.join(top, "signatures"))
			[os.unlink(os.path.join(top, "signatures", o)) for o in there if "signatures/" + o != name]
		PYTHON
		(cd apart && { echo pyvern-bundle/manifest; find pyvern-bundle -type f ! -name manifest; } |
			tar --format=ustar -cf ../bad.tar -T -)
		run_pyvern 5 bundle list bad.tar
		has "$name is in it, and not in its catalogue"
	done
}
