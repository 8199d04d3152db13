"""Takes a multipart/form-data body apart: the media type and the data of each part.

Flask's own reading tells files from fields by the file name, and forgets the media type of a field;
here every part holds statements.
"""

from email.message import Message

from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from service.http.problem import bad_request

MULTIPART = "multipart/form-data"


def read_files(header: str, body: bytes) -> list[tuple[str, bytes]]:
    """Return the Content-Type, "" if there is none, and the data of each part. Raises the 400."""
    content_type = Message()
    content_type["Content-Type"] = header
    boundary = content_type.get_boundary()
    if not boundary:
        raise bad_request(f"the Content-Type has no boundary: send {MULTIPART}; boundary=...")
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"))
    files: list[tuple[str, bytes]] = []
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                files.append((event.headers.get("Content-Type", ""), b""))
            elif isinstance(event, Data):
                kind, data = files[-1]
                files[-1] = (kind, data + event.data)
    except ValueError as error:
        raise bad_request("the form is broken off, or has no such boundary") from error
    if not files:
        raise bad_request("the form has no part: send one with each graph's content")
    return files
