"""Files of reviews in S3, and the small pictures of images."""
