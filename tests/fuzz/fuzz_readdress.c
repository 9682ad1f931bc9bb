/* SPDX-License-Identifier: MIT */
/* Fuzz target: files of an environment that name its place. What was changed is not changed
 * again. */
#include <config.h>

#include "ground.h"
#include "venv/readdress.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef bool change_fn(struct str text, const struct address *address, struct buf *out);

static void
check_change(change_fn *change, struct str text, const struct address *address)
{
	cleanup_buf struct buf once = BUF_INIT(BUF_TEXT_MAX);
	cleanup_buf struct buf twice = BUF_INIT(BUF_TEXT_MAX);

	if (change(text, address, &once) && !once.overflowed)
		must(!change(buf_str(&once), address, &twice));
}

static void
check_activator(struct str text, const struct address *address)
{
	cleanup_buf struct buf once = BUF_INIT(BUF_TEXT_MAX);
	cleanup_buf struct buf twice = BUF_INIT(BUF_TEXT_MAX);

	if (readdress_activator(text, address, &once) == ACTIVATION_CHANGED && !once.overflowed)
		must(readdress_activator(buf_str(&once), address, &twice) != ACTIVATION_CHANGED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static change_fn *const changes[] = { readdress_paths, readdress_script, readdress_url };
	static const struct address addresses[] = {
		{ .from = "/o/e", .to = "/n/f", .old_prompt = "e", .new_prompt = "f" },
		{ .from = "/o/e", .to = "/n/a b'c", .new_prompt = "e" },
	};
	struct str text = { size ? (const char *)data : "", size };

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		for (size_t k = 0; k < sizeof(changes) / sizeof(*changes); k++)
			check_change(changes[k], text, &addresses[i]);
		check_activator(text, &addresses[i]);
	}
	return 0;
}
