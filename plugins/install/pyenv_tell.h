/* SPDX-License-Identifier: MIT */
/* Builds told as python-build tells them. */
#ifndef PYVERN_PYENV_TELL_H
#define PYVERN_PYENV_TELL_H

/* For `install` in pyenv's face and for python-build; scripts look for these lines. */

#include "supply/install.h"
#include "ui/out.h"

/* What events of one installation are told with: the context of pyenv_tell(). */
struct pyenv_teller {
	struct out *out;
	const char *package; /* "Python-3.13.5"; NULL: events tell it */
	bool is_verbose;     /* lines of configure and make on stdout */
};

/* A receiver of events (base/event). */
void pyenv_tell(void *ctx, const struct event *event);

void pyenv_tell_result(struct out *out, const char *package, const char *prefix,
		       const struct install_result *result);

/* BUILD FAILED, the log and its end; what is no failed build as any error. */
void pyenv_tell_failure(struct out *out, const struct err *err);

#endif
