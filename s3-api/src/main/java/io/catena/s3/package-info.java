/// The S3 gateway. Read first: [io.catena.s3.S3Gateway] (the way of a request), then
/// `auth.Authenticator`, `payload.BodyStream` and one operation, `object.PutObject`. Packages build
/// on each other in this order: error, xml, http, auth, payload, bucket, object, multipart, and
/// this one.
package io.catena.s3;
