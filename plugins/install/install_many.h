/* SPDX-License-Identifier: MIT */
/* Several versions at once. */
#ifndef PYVERN_INSTALL_MANY_H
#define PYVERN_INSTALL_MANY_H

/*
 * Without hooks, which want one version after the other. Each version is installed by a
 * thread of its own: downloads run at the same time, over one session; what takes a CPU
 * takes turns (supply/install_turns). The calling thread keeps the live lines moving. One
 * that fails does not stop the others; a signal ends them all.
 */

#include "install_job.h"

/* Most versions that are worked on at the same time: servers do not like more
 * connections, nor disks more writers. Further ones wait. */
#define INSTALL_MANY_MAX 16

/*
 * Install what is WANTED of ALL; requests for the same version are one. A text that is
 * no request is an error before anything is done. Where several were not there before,
 * the errors are shown at the end, with how many there are, and *RET_STATUS is that of
 * the first, in the order in which they were named; where one was, its error is ours. In an empty root, the first one named that could be installed
 * becomes the global version.
 */
int install_many(const struct install_job *job, struct outcomes *all, int *ret_status,
		 struct err *err) __attribute__((warn_unused_result));

#endif
