/* SPDX-License-Identifier: MIT */
/* Fuzz target: RECORD, the list of a package's files. */
#include <config.h>

#include "ground.h"
#include "venv/readdress.h"
#include "venv/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SITE "lib/python3.13/site-packages"

static bool
digest(void *ctx, const char *path, char *ret_digest, uint64_t *ret_size)
{
	(void)ctx;
	(void)path;
	memset(ret_digest, 'a', 43);
	ret_digest[43] = '\0';
	*ret_size = 17;
	return true;
}

/* A place is in the tree. Those of all lines, of which one in two is changed. */
static void
check_lines(struct str text, struct strvec *ret_changed)
{
	struct str line;

	while (str_line(&text, &line)) {
		cleanup_record_entry struct record_entry entry = { 0 };
		cleanup_free char *place = NULL;

		if (!record_entry_of(line, &entry))
			continue;
		must(*entry.path && entry.digest);
		must(entry.written.p == line.p && entry.written.n <= line.n);
		place = record_place(SITE, entry.path);
		must(!place || (place[0] != '/' && *place && strcmp(place, "..") != 0 &&
				strncmp(place, "../", 3) != 0 && !strstr(place, "/../")));
		if (place && line.n % 2)
			strvec_add(ret_changed, place);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct record_digests digests = { .digest = digest };
	struct str text = { size ? (const char *)data : "", size };
	cleanup_strvec struct strvec changed = { 0 };
	cleanup_buf struct buf once = BUF_INIT(BUF_TEXT_MAX);
	cleanup_buf struct buf twice = BUF_INIT(BUF_TEXT_MAX);

	check_lines(text, &changed);
	if (readdress_record(text, SITE, &changed, &digests, &once)) {
		/* What is right is not changed again. */
		(void)readdress_record(buf_str(&once), SITE, &changed, &digests, &twice);
		must(once.overflowed || twice.len == 0 || str_eq(buf_str(&once), buf_str(&twice)));
	}
	return 0;
}
