"""Doubt: what is unusual about the presses at a counter in a month, and how sure that is. One module for each test.

A test says *unusual*, never more: each has innocent causes, and a person decides. What each cannot see stands in its
module, what all of them see together is measured in docs/doubt.md.
"""
