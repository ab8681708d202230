"""The former home of what `networkscope.book.own_files` holds, until all rooms import it from there."""

from networkscope.book.own_files import check_writable, output_folder, write_atomically

__all__ = ["check_writable", "output_folder", "write_atomically"]
