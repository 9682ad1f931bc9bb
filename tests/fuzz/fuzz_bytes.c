/* SPDX-License-Identifier: MIT */
/* Fuzz target: base64, hexadecimal digits and times, each of which has one spelling. */
#include <config.h>

#include "ground.h"
#include "trust/bytes.h"
#include "trust/root.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_base64(struct str text)
{
	cleanup_bytes struct bytes bytes = { 0 };
	cleanup_free char *again = NULL;

	if (!bytes_from_base64(text, &bytes)) {
		must(!bytes.p && !bytes.n);
		return;
	}
	again = bytes_to_base64(bytes_str(&bytes));
	must(str_eq_text(text, again));
}

static void
check_hex(struct str text)
{
	cleanup_bytes struct bytes bytes = { 0 };
	cleanup_free char *again = NULL;

	if (!bytes_from_hex(text, &bytes)) {
		must(!bytes.p && !bytes.n);
		return;
	}
	again = bytes_to_hex(bytes_str(&bytes));
	must(str_eq_text(text, again));
}

static void
check_time(struct str text)
{
	cleanup_free char *shown = NULL;
	int64_t milliseconds;

	if (!trust_time_parse(text, &milliseconds))
		return;
	/* "2021-01-12T11:53:27Z" is shown as "2021-01-12 11:53:27 UTC". */
	shown = trust_time_text(milliseconds);
	must(text.n >= 20 && strncmp(shown, text.p, 10) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { size ? (const char *)data : "", size };

	check_base64(text);
	check_hex(text);
	check_time(text);
	return 0;
}
