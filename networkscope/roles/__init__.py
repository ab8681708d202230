"""Who is this to me, and when was the search?"""
