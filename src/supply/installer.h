/* SPDX-License-Identifier: MIT */
/* Installer scripts (Miniconda, Miniforge, Mambaforge, Anaconda) run into a stage. */
#ifndef PYVERN_SUPPLY_INSTALLER_H
#define PYVERN_SUPPLY_INSTALLER_H

/*
 * Such a file is a shell script with a payload behind it, which unpacks a whole
 * Python with its packages and writes the folder's path into hundreds of files. So
 * that nothing half made has the version's name, it is told a folder in the stage,
 * whose path is as long as the final one or longer, and that path is replaced
 * afterwards (supply/prefix).
 *
 * The script runs with the user's rights, as it does when he starts it himself:
 * that is what its makers publish. It gets a copy of the verified bytes in a
 * private folder, a home folder of its own, which goes with the stage (conda would
 * record the stage in ~/.conda), and an environment without variables that steer
 * conda or Python.
 */

#include "base/event.h"
#include "os/proc.h"
#include "supply/build_log.h"
#include "supply/fetch.h"
#include "supply/prefix.h"

struct installer_spec {
	const struct fetched *script; /* verified; offset 0 */
	const struct dir *work;	      /* the stage's folder, 0700 */
	const char *final_path;	      /* absolute: where the tree is going to be */
	const struct env *env;	      /* NULL: ours */
	const char *subject;	      /* for events */
	struct build_log *log;	      /* every line it prints */
	const struct events *events;
};

/*
 * Run it. *RET_TREE (owned, free) is the tree's path relative to `work`; the report
 * names the files whose prefix was changed. ERR_FAILED with the script's last lines
 * when it fails, or when the stage's path has a blank, which these scripts refuse;
 * ERR_CHECK when the file changed after it was verified; ERR_INTERRUPTED.
 */
int
installer_run(const struct installer_spec *spec, char **ret_tree, struct prefix_report *ret_report,
	      struct err *err) __attribute__((warn_unused_result));

#endif
