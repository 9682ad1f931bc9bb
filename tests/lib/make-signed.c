/* SPDX-License-Identifier: MIT */
/* For tests: make-signed FOLDER IDENTITY [FILE [ISSUER [PREDICATE]]] writes a trusted root of its
 * own and bundles of FILE (or of an artifact that it makes) by IDENTITY into FOLDER. */
#include <config.h>

#include "unit/sigstore_maker.h"

#define V03 "application/vnd.dev.sigstore.bundle.v0.3+json"

static void
write_file(const char *folder, const char *name, const char *text)
{
	cleanup_free char *path = mem_printf("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	maker_need(file && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

static void
write_json(const char *folder, const char *name, json_t *value)
{
	cleanup_free char *text = json_dumps(value, JSON_COMPACT);

	write_file(folder, name, text);
	json_decref(value);
}

int
main(int argc, char **argv)
{
	static struct {
		const char *name;
		struct maker_shape shape;
	} bundles[] = {
		{ "artifact.sigstore", { .media = V03, .curve = "P-256", .promise = true } },
		{ "statement.json",
		  { .media = V03, .curve = "P-256", .promise = true, .content = MAKER_DSSE } },
		{ "second.json",
		  { .media = V03, .curve = "P-384", .second = true, .token = true } },
		{ "by-key.json", { .media = V03, .by_key = true, .promise = true } },
	};
	cleanup_buf struct buf bytes = BUF_INIT((size_t)64 * 1024 * 1024);
	struct maker m;
	cleanup_free char *pem = NULL;

	if (argc < 3)
		return 2;
	if (argc > 3) {
		cleanup_file FILE *file = fopen(argv[3], "rb");
		char block[4096];
		size_t n;

		maker_need(file != NULL, "open the file");
		while ((n = fread(block, 1, sizeof(block), file)) > 0)
			buf_add(&bytes, block, n);
	} else {
		buf_add_text(&bytes, "the bytes that are signed\n");
		write_file(argv[1], "artifact", buf_text(&bytes));
	}
	maker_begin(&m);
	for (size_t i = 0; i < sizeof(bundles) / sizeof(*bundles); i++) {
		bundles[i].shape.identity = argv[2];
		bundles[i].shape.issuer = argc > 4 ? argv[4] : NULL;
		bundles[i].shape.predicate = argc > 5 ? argv[5] : NULL;
		write_json(argv[1], bundles[i].name,
			   maker_bundle(&m, &bundles[i].shape, buf_str(&bytes)));
	}
	pem = maker_pem(NULL, m.user_key);
	write_file(argv[1], "key.pem", pem);
	write_json(argv[1], "root.json", maker_root(&m));
	maker_end(&m);
	return 0;
}
