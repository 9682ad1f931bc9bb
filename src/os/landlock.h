/* SPDX-License-Identifier: MIT */
/* Landlock: which files a process, and what it starts, can reach. */
#ifndef PYVERN_OS_LANDLOCK_H
#define PYVERN_OS_LANDLOCK_H

/*
 * There is no way back, and more can be given up, never less. Both make system calls
 * only, so that they may stand between fork and exec, and return the version of the
 * kernel's interface that holds, or -1 with errno: Linux before 5.13, where it is
 * turned off, other systems. Source: landlock(7).
 */

/* Files below FOLDER, an open folder, can be read, made and written; no other file can be
 * opened, and nothing can be removed or started. no_new_privs is set by then. */
int landlock_enter(int folder);

/* Files can be read and programs started as before. Files are made, written and removed
 * below FOLDER alone; /dev/null can be written. From version 4 on nothing connects, from 6
 * on no signal reaches a process outside. Sets no_new_privs. */
int landlock_enter_reader(int folder);

#endif
