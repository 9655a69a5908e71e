"""The pages of matters to settle and of joint meetings."""
