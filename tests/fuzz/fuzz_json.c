/* SPDX-License-Identifier: MIT */
/* Fuzz target: JSON as we take it. What is taken is written, and read again the same. */
#include <config.h>

#include "ground.h"
#include "io/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { size ? (const char *)data : "", size };
	cleanup_free char *copied = mem_strndup(text.p, text.n);
	cleanup_json json_t *found = NULL;
	cleanup_json json_t *again = NULL;
	cleanup_json json_t *as_text = json_text(copied);
	cleanup_buf struct buf b = BUF_INIT(JSON_DOCUMENT_MAX);
	cleanup_err struct err err = { 0 };
	uint64_t number;

	must(json_is_string(as_text));
	if (json_parse(text, "it", 4096, &found, &err) < 0) {
		must(err.code == ERR_CHECK && !found);
		return 0;
	}
	(void)json_get_u64(found, "a", &number);
	(void)json_get_text(found, "a");
	must(json_render(found, &b, &err) == 0);
	must(json_parse(buf_str(&b), "it", JSON_DOCUMENT_MAX, &again, &err) == 0);
	must(json_equal(found, again));
	return 0;
}
