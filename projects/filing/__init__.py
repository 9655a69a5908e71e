"""Changes on their way into the library: form, request, change set, comparison."""
