"""A local Rekognition to test Dags on: bulk jobs and moderation labels, with S3 and STS from moto."""
