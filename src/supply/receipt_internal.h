/* SPDX-License-Identifier: MIT */
/* What the files of supply/receipt share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_RECEIPT_INTERNAL_H
#define PYVERN_SUPPLY_RECEIPT_INTERNAL_H

#include "io/json.h"

#include "core/layout.h"
#include "supply/receipt.h"

/* Compiler and options can be long, a list of modules is not. */
#define RECEIPT_MAX ((size_t)1024 * 1024)

json_t *receipt_list_json(const struct strvec *texts);

/* *RET is a null for what somebody else has built; owned by the caller in any case. */
int receipt_build_json(const struct receipt *receipt, json_t **ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
