/* SPDX-License-Identifier: MIT */
/* Fuzz target: tables of keys, files of keys, what gpgv says. */
#include <config.h>

#include "trust/openpgp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	cleanup_openpgp_table struct openpgp_table table = { 0 };
	cleanup_buf struct buf keys = BUF_INIT(OPENPGP_KEYS_MAX);
	struct openpgp_verdict verdict;
	struct err err = { 0 };

	if (openpgp_table_parse(text, "table", &table, &err) == 0)
		(void)openpgp_table_find(&table, STR_LIT("3.13"), 1);
	err_reset(&err);
	if (openpgp_keys_decode(text, "keys", &keys, &err) < 0)
		err_reset(&err);
	if (openpgp_status_parse(text, &verdict, &err) < 0)
		err_reset(&err);
	(void)openpgp_is_signature(text);
	return 0;
}
