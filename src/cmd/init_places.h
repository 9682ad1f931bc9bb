/* SPDX-License-Identifier: MIT */
/* Which start-up files each shell has. */
#ifndef PYVERN_CMD_INIT_PLACES_H
#define PYVERN_CMD_INIT_PLACES_H

#include "base/vec.h"

/* All files of all shells, once each: "~/.bashrc". (Those of one: init_files_of().) */
void init_places_all(struct strvec *ret_files);

/* Whose FILE is: the first shell that has it. Static. */
const char *init_places_shell(const char *file);

#endif
