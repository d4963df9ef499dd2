/* SPDX-License-Identifier: MIT */
/*
 * JSON values from the report's texts, and their text: jansson does both; here bytes
 * of the source become UTF-8, and failures, which would be ours, end the program.
 */
#include "report/value.h"

#include "base/err.h"
#include "report/print.h"

json_t *value_object(void)
{
	json_t *ret = json_object();

	BUG_ON(!ret);
	return ret;
}

json_t *value_array(void)
{
	json_t *ret = json_array();

	BUG_ON(!ret);
	return ret;
}

json_t *value_text(const char *s)
{
	struct buf clean = BUF_INIT;
	json_t *ret;

	if (!s)
		return json_null();
	print_utf8_raw(&clean, s);
	ret = json_string(buf_text(&clean));
	buf_free(&clean);
	BUG_ON(!ret);
	return ret;
}

json_t *value_texts(const char *const *a, u32 n)
{
	json_t *ret = value_array();

	for (u32 i = 0; i < n; i++)
		value_append(ret, value_text(a[i]));
	return ret;
}

void value_set(json_t *object, const char *key, json_t *value)
{
	BUG_ON(json_object_set_new(object, key, value));
}

void value_set_text(json_t *object, const char *key, const char *s)
{
	value_set(object, key, value_text(s));
}

void value_set_u32(json_t *object, const char *key, u32 n)
{
	value_set(object, key, json_integer(n));
}

void value_append(json_t *array, json_t *value)
{
	BUG_ON(json_array_append_new(array, value));
}

static int dump_part(const char *part, size_t len, void *data)
{
	buf_add(data, part, len);
	return 0;
}

void value_dump(struct buf *out, json_t *value)
{
	BUG_ON(json_dump_callback(value, dump_part, out, JSON_ENCODE_ANY));
	json_decref(value);
}
