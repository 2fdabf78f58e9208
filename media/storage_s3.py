"""Media in an S3 store: `s3://bucket/prefix?endpoint=https://…&region=…`; keys from the usual AWS variables.

Addresses are path-style, as stores that people host themselves expect.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.client import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from media.places import checked

COPIED_BYTES = 256 * 1024 * 1024
_MISSING = {"NoSuchKey", "NoSuchUpload", "404", "NotFound"}
_FAULTS = (Boto3Error, BotoCoreError, ClientError)


class S3Storage:
    """A bucket, or a folder in it."""

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self.client, self.bucket, self.prefix = client, bucket, prefix

    def put(self, key: str, file: Path, content_type: str) -> None:
        """Send it in parts where it is large; a broken transfer leaves no object."""
        name = self._name(key)
        try:
            self.client.upload_file(str(file), self.bucket, name, ExtraArgs={"ContentType": content_type})
        except _FAULTS as error:
            raise OSError(f"the store did not take {key}: {error}") from error
        file.unlink()

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """The object's bytes from this position."""
        end = "" if length is None else str(start + length - 1)
        asked = {"Range": f"bytes={start}-{end}"} if start or length is not None else {}
        with _as_os_error(key):
            answer = self.client.get_object(Bucket=self.bucket, Key=self._name(key), **asked)
        return cast(BinaryIO, answer["Body"])

    def delete(self, key: str) -> None:
        """Delete the object and everything below it."""
        name = self._name(key)
        try:
            self.client.delete_object(Bucket=self.bucket, Key=name)
            for found in [entry["Key"] for page in self._pages(name) for entry in page.get("Contents", [])]:
                self.client.delete_object(Bucket=self.bucket, Key=found)
        except _FAULTS as error:
            raise OSError(f"the store did not delete {key}: {error}") from error

    def below(self, key: str) -> list[str]:
        """The next part of every longer key."""
        name = self._name(key)
        try:
            pages = list(self._pages(name, Delimiter="/"))
        except _FAULTS as error:
            raise OSError(f"the store did not list {key}: {error}") from error
        folders = [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])]
        files = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return sorted(found.removeprefix(name + "/").rstrip("/") for found in [*folders, *files])

    def link(self, key: str, expires: int, disposition: str = "") -> str | None:
        """An address signed by our key."""
        asked = {"Bucket": self.bucket, "Key": self._name(key)}
        if disposition:
            asked |= {"ResponseContentDisposition": disposition, "ResponseContentType": "application/octet-stream"}
        return str(self.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=expires))

    def begin(self, key: str) -> str:
        """The name of an object to come, whose parts others send."""
        with _as_os_error(key):
            return str(self.client.create_multipart_upload(Bucket=self.bucket, Key=self._name(key))["UploadId"])

    def part_link(self, key: str, upload: str, number: int, expires: int) -> str:
        """An address that takes one part, and nothing else."""
        asked = {"Bucket": self.bucket, "Key": self._name(key), "UploadId": upload, "PartNumber": number}
        return str(self.client.generate_presigned_url("upload_part", Params=asked, ExpiresIn=expires))

    def parts(self, key: str, upload: str) -> dict[int, tuple[int, str]]:
        """The size and the tag of each part that has come; FileNotFoundError where this upload has ended."""
        with _as_os_error(key):
            pages = self.client.get_paginator("list_parts").paginate(
                Bucket=self.bucket, Key=self._name(key), UploadId=upload
            )
            found = [part for page in pages for part in page.get("Parts", [])]
        return {part["PartNumber"]: (part["Size"], part["ETag"]) for part in found}

    def complete(self, key: str, upload: str, tags: Mapping[int, str]) -> None:
        """Make one object of these parts."""
        parts = [{"PartNumber": number, "ETag": tags[number]} for number in sorted(tags)]
        with _as_os_error(key):
            self.client.complete_multipart_upload(
                Bucket=self.bucket, Key=self._name(key), UploadId=upload, MultipartUpload={"Parts": parts}
            )

    def abort(self, key: str, upload: str) -> None:
        """Forget the parts; an upload that has ended is no error."""
        with suppress(FileNotFoundError), _as_os_error(key):
            self.client.abort_multipart_upload(Bucket=self.bucket, Key=self._name(key), UploadId=upload)

    def begun(self) -> list[tuple[str, str, datetime]]:
        """Key, name and beginning of all that others are sending."""
        with _as_os_error(""):
            pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket, Prefix=self.prefix)
            found = [upload for page in pages for upload in page.get("Uploads", [])]
        return [(each["Key"].removeprefix(self.prefix), each["UploadId"], each["Initiated"]) for each in found]

    def copy(self, key: str, target: str, content_type: str) -> None:
        """In parts where it is large: a store answers when a part is copied, which must not take minutes."""
        origin = {"Bucket": self.bucket, "Key": self._name(key)}
        told = {"ContentType": content_type, "MetadataDirective": "REPLACE"}
        parts = TransferConfig(multipart_threshold=COPIED_BYTES, multipart_chunksize=COPIED_BYTES)
        with _as_os_error(key):
            self.client.copy(origin, self.bucket, self._name(target), ExtraArgs=told, Config=parts)

    def size(self, key: str) -> int:
        """How many bytes lie there; FileNotFoundError where there is nothing."""
        with _as_os_error(key):
            return int(self.client.head_object(Bucket=self.bucket, Key=self._name(key))["ContentLength"])

    def _pages(self, name: str, **asked: str) -> Any:
        return self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=name + "/", **asked)

    def _name(self, key: str) -> str:
        return self.prefix + checked(key)


@contextmanager
def _as_os_error(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise FileNotFoundError(key) from error
        raise OSError(f"the store refused {key}: {error}") from error
    except _FAULTS as error:
        raise OSError(f"the store did not answer for {key}: {error}") from error


def from_url(url: str) -> S3Storage:
    """The store that the setting names."""
    parts = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    client = boto3.client(
        "s3",
        endpoint_url=given.get("endpoint"),
        region_name=given.get("region", "us-east-1"),
        config=ClientConfig(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    prefix = parts.path.strip("/")
    return S3Storage(client, parts.netloc, f"{prefix}/" if prefix else "")
