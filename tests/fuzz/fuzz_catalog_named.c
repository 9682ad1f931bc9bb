/* SPDX-License-Identifier: MIT */
/* Fuzz target: a file that a user names. The first line of the input is the version that
 * is asked for (empty: none), the second the file. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "io/url.h"
#include "supply/catalog_import_named.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is taken can be installed: a folder's name, an address, and a catalogue's line. */
static void
check(const struct catalog_named *named)
{
	const struct artifact *a = &named->artifacts.items[0];
	cleanup_buf struct buf b = BUF_INIT(CATALOG_FILE_MAX);
	cleanup_err struct err err = { 0 };

	if (!version_name_ok(str_from(named->version)) || !url_ok(a->url))
		abort();
	buf_add_text(&b, CATALOG_HEADER "\n");
	catalog_format_line(a, &b);
	if (catalog_check_text(buf_str(&b), "it", &err) < 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct target machine = { "linux", "x86_64", "gnu", "v3" };
	struct str text = { (const char *)data, size };
	struct str first = { 0 };
	struct str second = { 0 };
	cleanup_free char *request = NULL;
	cleanup_free char *place = NULL;

	(void)str_line(&text, &first);
	(void)str_line(&text, &second);
	request = first.n ? mem_strndup(first.p, first.n) : NULL;
	place = mem_strndup(second.n ? second.p : "", second.n);
	for (unsigned says = 0; says < 3; says++) {
		struct catalog_naming in = { .place = place,
					     .cwd = "/home/u",
					     .request = request,
					     .is_source = says == 1,
					     .is_prebuilt = says == 2,
					     .target = machine };
		cleanup_named struct catalog_named named = { 0 };
		cleanup_err struct err err = { 0 };

		if (catalog_name(&in, &named, &err) == 0)
			check(&named);
		else if (err.code != ERR_USAGE && err.code != ERR_UNKNOWN_VERSION)
			abort();
	}
	return 0;
}
