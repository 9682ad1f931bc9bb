/* SPDX-License-Identifier: MIT */
/* Makes a Python's tree right for another place, for the packer of the tests. */
#include <config.h>

#include <stdio.h>

#include "supply/relocate.h"

/* move_tree DIR PLACE: status 0, or 1 and the error's line. */
int
main(int argc, char **argv)
{
	cleanup_relocate_report struct relocate_report report = { 0 };
	cleanup_dirfd struct dir tree = DIR_INIT;
	cleanup_err struct err err = { 0 };
	struct relocate_spec spec = { .tree = &tree };

	if (argc != 3) {
		fprintf(stderr, "usage: move_tree DIR PLACE\n");
		return 2;
	}
	spec.to = argv[2];
	if (fs_open_dir(argv[1], &tree, &err) == 0 && relocate_tree(&spec, &report, &err) == 0)
		return 0;
	fprintf(stderr, "move_tree: %s\n", err.message);
	return 1;
}
