/* SPDX-License-Identifier: MIT */
/* One look-up in a catalogue, as `pyvern install REQUEST` does it. */
#include <config.h>

#include <stdio.h>

#include "supply/catalog.h"

/*
 * usage: lookup FOLDER REQUEST [build]   (FOLDER/catalog has the *.tsv)
 * Reads and checks what of the catalogue can answer, and prints the addresses of
 * sources (with "build": of builds for this machine, which is what an install looks
 * for first) that answer REQUEST, or the names nearest to it.
 */

static int
look_up(const struct layout *layout, const char *text, bool build, struct err *err)
{
	const struct target target = target_here();
	cleanup_catalog struct catalog *catalog = NULL;
	cleanup_artifacts struct artifacts found = { 0 };
	cleanup_free char *nearest = NULL;
	struct request request;

	if (!request_parse(str_from(text), &request, NULL))
		return err_set(err, ERR_USAGE, "%s is no request", text);
	if (catalog_open(layout, &catalog, err) < 0 ||
	    (build ? catalog_find_prebuilt(catalog, &request, &target, NULL, &found, err)
		   : catalog_find(catalog, &request, ARTIFACT_SOURCE, NULL, &found, err)) < 0)
		return -1;
	for (size_t i = 0; i < found.count; i++)
		puts(found.items[i].url);
	if (found.count == 0)
		nearest = catalog_nearest(catalog, text);
	if (nearest)
		puts(nearest);
	return 0;
}

int
main(int argc, char **argv)
{
	cleanup_err struct err err = { 0 };
	static char nowhere[] = "/nonexistent";
	struct layout layout = { .root = nowhere };

	if (argc < 3) {
		fputs("usage: lookup FOLDER REQUEST [build]\n", stderr);
		return 2;
	}
	layout.share = argv[1];
	if (look_up(&layout, argv[2], argc > 3, &err) < 0) {
		fprintf(stderr, "lookup: %s\n", err.message);
		return 1;
	}
	return 0;
}
