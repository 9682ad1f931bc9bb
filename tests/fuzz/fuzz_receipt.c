/* SPDX-License-Identifier: MIT */
/* Fuzz target: receipts. What is read can be had again, and one more move changes nothing
 * else that is read. */
#include <config.h>

#include "core/layout.h"
#include "ground.h"
#include "io/json.h"
#include "supply/receipt.h"
#include "trust/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_artifact(const char *name)
{
	cleanup_named struct catalog_named named = { 0 };
	cleanup_err struct err err = { 0 };

	if (receipt_read_artifact(ground(), name, &named, &err) < 0) {
		must(err.code == ERR_FAILED || err.code == ERR_CHECK);
		return;
	}
	must(named.artifacts.count == 1 && strcmp(named.version, name) == 0);
	must(digest_hex_ok(str_from(named.artifacts.items[0].sha256)));
	must(strcmp(named.artifacts.items[0].version, "3.13.5") == 0);
}

/* The last of "moved" in what is there now; NULL: there is none. */
static json_t *
last_move(void)
{
	cleanup_buf struct buf text = BUF_INIT(JSON_DOCUMENT_MAX);
	cleanup_json json_t *doc = NULL;
	struct err err = { 0 };
	const json_t *moves;

	must(fs_read_file(ground(), LAYOUT_RECEIPT, &text, &err) == 0);
	must(json_parse(buf_str(&text), "it", JSON_DOCUMENT_MAX, &doc, &err) == 0);
	moves = json_object_get(doc, "moved");
	must(!moves || json_array_size(moves) <= 16);
	return json_incref(json_array_get(moves, json_array_size(moves) - 1));
}

static void
check_move(const struct receipt_read *before, bool was_read)
{
	cleanup_receipt_read struct receipt_read after = { 0 };
	cleanup_err struct err err = { 0 };
	cleanup_json json_t *move = NULL;

	if (receipt_add_move(ground(), "/fr\xc3\xb6m", "/to\xff", 3, &err) < 0)
		return;
	move = last_move();
	must(!move || strcmp(json_get_text(move, "from"), "/fr\xc3\xb6m") == 0);
	must((receipt_read(ground(), &after, &err) == 0) == was_read);
	must(after.is_built == before->is_built && !after.sha256 == !before->sha256);
	must(after.like.options.count == before->like.options.count);
	must(after.like.configure.count == before->like.configure.count);
	must(after.like.variables.count == before->like.variables.count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_receipt_read struct receipt_read read = { 0 };
	cleanup_err struct err err = { 0 };
	bool was_read;

	ground_write(ground(), LAYOUT_RECEIPT, (struct str){ (const char *)data, size });
	was_read = receipt_read(ground(), &read, &err) == 0;
	check_artifact("3.13.5");
	check_artifact("3.13.5t-debug");
	check_move(&read, was_read);
	return 0;
}
