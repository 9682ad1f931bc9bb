#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern verify-blob: bundles of our own making, and real ones where they are at hand
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	work=$BATS_TEST_TMPDIR/work
	mkdir -p "$work"
	cd "$work" || return 1
	"$PYVERN_TEST_BUILD/tests/lib/make-signed" "$work" maker@tests.example
	who=(--identity maker@tests.example --issuer https://issuer.tests.example)
	root=(--trusted-root root.json)
}

# says_no STATUS TEXT COMMAND...: as refuses, with TEXT anywhere.
says_no() {
	local expected=$1 text=$2
	shift 2
	run --separate-stderr "-$expected" "$@"
	printf '%s\n' "$stderr"
	[ -z "$output" ] && [[ $stderr == *"$text"* ]]
}

@test "a file and its bundle beside it, a digest, a statement, a key" {
	run -0 pyvern verify-blob "${who[@]}" "${root[@]}" artifact
	[[ $output == *"artifact"*"signed by maker@tests.example"* ]]
	[[ $output == *"2025-06-15 15:06:40 UTC, says https://log.tests.example"* ]]
	[[ $output == *"https://log.tests.example, entry 1004"* ]]
	digest=$(sha256sum artifact | cut -d' ' -f1)
	run -0 pyvern verify-blob --bundle artifact.sigstore "${who[@]}" "${root[@]}" "sha256:$digest"
	run -0 pyvern verify-blob --bundle statement.json "${who[@]}" "${root[@]}" artifact
	[[ $output == *"statement"*"https://tests.example/made"* ]]
	run -0 pyvern verify-blob --bundle by-key.json --key key.pem "${root[@]}" artifact
	[[ $output == *"signed by the key"* ]]
	run -0 pyvern verify-blob --bundle second.json -q "${who[@]}" "${root[@]}" artifact
	[ "$output" = "" ]
	run -0 pyvern verify-blob --quiet "${who[@]}" "${root[@]}" artifact
	[ "$output" = "" ]
	run -0 pyvern verify-blob --json "${who[@]}" "${root[@]}" artifact
	python3 - "$output" "$digest" <<-'PYTHON'
		import json, sys
		found = json.loads(sys.argv[1])
		assert found["sha256"] == sys.argv[2] and found["proven"] is True
		assert found["identity"] == "maker@tests.example" and found["log_index"] == 1004
		assert found["predicate"] is None and found["root_date"] is None
	PYTHON
}

@test "no: status 1, with the step that failed" {
	printf x >>artifact
	says_no 1 "digest: the bundle is of another artifact" \
		pyvern verify-blob "${who[@]}" "${root[@]}" artifact
	[[ $stderr == *"step"*"digest"* ]]
	printf 'the bytes that are signed\n' >artifact
	says_no 1 "identity: it was signed by maker@tests.example, not a@b.example" pyvern verify-blob \
		--identity a@b.example --issuer https://issuer.tests.example "${root[@]}" artifact
	says_no 1 "issuer: https://issuer.tests.example vouched" pyvern verify-blob \
		--identity maker@tests.example --issuer https://other.example "${root[@]}" artifact
	# The public instance knows nothing of our makers.
	says_no 1 "is not a log of the trusted root" pyvern verify-blob "${who[@]}" artifact
	says_no 1 "key: the bundle is signed by a certificate's key" \
		pyvern verify-blob --key key.pem "${root[@]}" artifact
	sed -i 's/tlogEntries/tlogEntriez/' artifact.sigstore
	says_no 1 "is not known" pyvern verify-blob "${who[@]}" "${root[@]}" artifact
	printf '{' >artifact.sigstore
	says_no 1 "is no JSON" pyvern verify-blob "${who[@]}" "${root[@]}" artifact
	rm artifact.sigstore
	says_no 1 "artifact.sigstore" pyvern verify-blob "${who[@]}" "${root[@]}" artifact
	mkfifo fifo
	says_no 1 "fifo is no file" pyvern verify-blob --bundle second.json "${who[@]}" fifo
	head -c 2000000 /dev/zero >large
	says_no 1 "" pyvern verify-blob --bundle large "${who[@]}" artifact
	says_no 1 "" pyvern verify-blob --bundle second.json "${who[@]}" --trusted-root large artifact
	printf 'no key' >key.pem
	says_no 1 "no public key in PEM" \
		pyvern verify-blob --bundle by-key.json --key key.pem "${root[@]}" artifact
	: >key.pem
	says_no 1 "the key is empty" \
		pyvern verify-blob --bundle by-key.json --key key.pem "${root[@]}" artifact
}

@test "wrong use" {
	says_no 2 "" pyvern verify-blob "${who[@]}"
	says_no 2 "" pyvern verify-blob "${who[@]}" artifact artifact
	says_no 2 "takes --identity and --issuer, or --key" pyvern verify-blob artifact
	says_no 2 "takes --identity and --issuer, or --key" \
		pyvern verify-blob --identity maker@tests.example artifact
	says_no 2 "takes --identity and --issuer, or --key" \
		pyvern verify-blob "${who[@]}" --key key.pem artifact
	says_no 2 "64 lower-case" pyvern verify-blob --bundle second.json "${who[@]}" sha256:ABC
	says_no 2 "needs --bundle" pyvern verify-blob "${who[@]}" "sha256:$(printf %064d 0)"
}

# The release manager of a version's series, and who vouches for that identity.
whose() {
	case $1 in
	3.10.* | 3.11.*) echo "pablogsal@python.org https://accounts.google.com" ;;
	3.12.* | 3.13.*) echo "thomas@python.org https://accounts.google.com" ;;
	*) return 1 ;;
	esac
}

@test "real bundles of CPython's releases, by the root that is shipped and by Sigstore's file" {
	data=${PYVERN_TEST_FACTS:-$PYVERN_TEST_SOURCE/../shared/facts/data}/sigstore
	[ -d "$data" ] || skip "no real bundles beside the checkout (../shared/facts/data)"
	count=0
	while IFS=$'\t' read -r file version _ digest _; do
		[ "$file" != bundle ] || continue
		read -r identity issuer <<<"$(whose "$version")"
		for more in "" "--trusted-root=$data/trusted_root.json"; do
			# shellcheck disable=SC2086 # none, or one
			pyvern verify-blob -q --bundle "$data/$file" --identity "$identity" \
				--issuer "$issuer" $more "sha256:$digest"
		done
		other=$(tr 0-9a-f 1-9a-f0 <<<"$digest")
		says_no 1 "digest: " pyvern verify-blob --bundle "$data/$file" --identity "$identity" \
			--issuer "$issuer" "sha256:$other"
		says_no 1 "identity: " pyvern verify-blob --bundle "$data/$file" \
			--identity "x$identity" --issuer "$issuer" "sha256:$digest"
		count=$((count + 1))
	done <"$data/INDEX.tsv"
	[ "$count" -ge 19 ]
}
