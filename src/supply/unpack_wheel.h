/* SPDX-License-Identifier: MIT */
/* A wheel that nobody has verified becomes files. */
#ifndef PYVERN_SUPPLY_UNPACK_WHEEL_H
#define PYVERN_SUPPLY_UNPACK_WHEEL_H

#include "base/err.h"
#include "base/vec.h"
#include "core/layout.h"
#include "os/fs.h"

/* Have `pyvern-unpack`, which shuts itself in (os/sandbox), unpack the wheel at FD (borrowed;
 * a file) into the folder INTO. The names of the wheel's files are added to RET_NAMES; INTO may
 * have others. FILE_NAME is for messages. ERR_CHECK for what is no wheel or breaks a rule of
 * io/zip. */
int unpack_wheel(const struct layout *layout, int fd, const char *file_name, const struct dir *into,
		 struct strvec *ret_names, struct err *err) __attribute__((warn_unused_result));

#endif
