"""Reedferry Library 苇渡图书馆: an invented library, so that every page of a fresh site has something to show."""
